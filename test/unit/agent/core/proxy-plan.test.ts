// The plan for the system's proxy: whatever crashes, starts and other programs do, the person's own setting comes back.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  nextStep,
  type ProxyFacts,
  type ProxyState,
  type ProxyWish,
  settingBefore,
} from '../../../../agent/core/proxy-plan.ts';
import { bearsMark, type ProxyEntries, type SavedProxy } from '../../../../agent/core/saved-proxy.ts';

const mark = '/0123456789abcdef/proxy.pac';
const neutral = { mode: 'none', url: '' };
const wishOf = (version: number): ProxyWish => ({
  entries: { mode: 'auto', url: `http://127.0.0.1:8088${mark}?v=${version}` },
  marks: [mark],
});

/** A machine with one setting and one saved file; both outlast every crash. */
type World = { current: ProxyEntries; saved: SavedProxy | null; originals: ProxyEntries[] };

const world = (current: ProxyEntries): World => ({ current, saved: null, originals: [] });

/** Performs steps until rest, or until `steps` are done: the process is then gone. A write may have done one key only. */
function run(
  machine: World,
  wish: ProxyWish | null,
  { foreign = 'leave', steps = 50, half = false, writesLeft = 9 }: RunOptions = {},
): ProxyState | 'crashed' {
  for (let i = 0; i < steps; i++) {
    const { saved, current } = machine;
    const facts: ProxyFacts = { system: 'gnome', now: 1, saved, current, wish, neutral, foreign, writesLeft };
    const step = nextStep(facts);
    switch (step.kind) {
      case 'save':
        machine.saved = step.saved;
        machine.originals.push(step.saved.original);
        break;
      case 'write': {
        const changes = Object.entries(step.entries);
        const isLast = i === steps - 1;
        machine.current = {
          ...current,
          ...Object.fromEntries(half && isLast ? changes.slice(0, 1) : changes),
        };
        break;
      }
      case 'forget':
        machine.saved = null;
        break;
      case 'rest':
        return step.state;
    }
  }
  return 'crashed';
}

type RunOptions = {
  readonly foreign?: 'leave' | 'adopt';
  readonly steps?: number;
  readonly half?: boolean;
  readonly writesLeft?: number;
};

describe('setting and restoring', () => {
  test('saves before the first write, and forgets only when the original was read back', () => {
    const machine = world({ mode: 'manual', url: '', 'http.host': 'proxy.contoso.test' });
    expect(run(machine, wishOf(1), { steps: 1 })).toBe('crashed');
    expect(machine.current.mode).toBe('manual');
    expect(machine.saved?.original).toEqual(machine.current);
    expect(run(machine, wishOf(1))).toEqual({ kind: 'set' });
    expect(machine.current).toMatchObject(wishOf(1).entries);
    expect(run(machine, null, { steps: 1 })).toBe('crashed');
    expect(machine.current.mode).toBe('manual');
    expect(machine.saved).not.toBeNull();
    expect(run(machine, null)).toEqual({ kind: 'absent' });
    expect(machine).toMatchObject({
      saved: null,
      current: { mode: 'manual', url: '', 'http.host': 'proxy.contoso.test' },
    });
  });

  test('another address of ours replaces the one before, and either is known as ours', () => {
    const machine = world(neutral);
    run(machine, wishOf(1));
    expect(run(machine, wishOf(2), { steps: 1 })).toBe('crashed');
    expect(machine.saved?.own).toHaveLength(2);
    expect(run(machine, wishOf(2))).toEqual({ kind: 'set' });
    expect(machine.saved?.own).toEqual([wishOf(2).entries]);
    run(machine, null);
    expect(machine.current).toEqual(neutral);
  });
});

describe('another program', () => {
  test('its setting stays, and stays when ours ends', () => {
    const machine = world(neutral);
    run(machine, wishOf(1));
    machine.current = { mode: 'auto', url: 'http://vpn.contoso.test/proxy.pac' };
    expect(run(machine, wishOf(1))).toEqual({ kind: 'taken-over', keys: ['url'] });
    expect(run(machine, null)).toEqual({ kind: 'absent' });
    expect(machine.current).toEqual({ mode: 'auto', url: 'http://vpn.contoso.test/proxy.pac' });
  });

  test('where it changed one key only, what is certainly ours goes away', () => {
    const machine = world({ mode: 'none', url: 'http://old.contoso.test/' });
    run(machine, wishOf(1));
    machine.current = { ...machine.current, mode: 'manual' };
    run(machine, null);
    expect(machine.current).toEqual({ mode: 'manual', url: 'http://old.contoso.test/' });
  });

  test('a proxy that the person switches off stays off, until the next start', () => {
    const machine = world(neutral);
    run(machine, wishOf(1));
    machine.current = { ...machine.current, mode: 'none' };
    expect(run(machine, wishOf(2))).toEqual({ kind: 'taken-over', keys: ['mode'] });
    expect(machine.current.mode).toBe('none');
    expect(run(machine, wishOf(2), { foreign: 'adopt' })).toEqual({ kind: 'set' });
    run(machine, null);
    expect(machine.current).toEqual(neutral);
  });

  test('at the next start its setting is the one to come back to', () => {
    const machine = world(neutral);
    run(machine, wishOf(1));
    machine.current = { mode: 'auto', url: 'http://vpn.contoso.test/proxy.pac' };
    const facts = { saved: machine.saved, current: machine.current, neutral, foreign: 'adopt' as const };
    expect(settingBefore(facts, [mark])).toEqual(machine.current);
    expect(run(machine, wishOf(2), { foreign: 'adopt' })).toEqual({ kind: 'set' });
    run(machine, null);
    expect(machine.current).toEqual({ mode: 'auto', url: 'http://vpn.contoso.test/proxy.pac' });
  });

  test('what sets the original back again and again is not fought', () => {
    const machine = world(neutral);
    run(machine, wishOf(1));
    machine.current = neutral;
    expect(run(machine, wishOf(1), { writesLeft: 0 })).toEqual({ kind: 'not-kept', keys: ['mode', 'url'] });
    expect(machine.current).toEqual(neutral);
  });
});

test('a setting of ours of which nothing is saved is nobody’s original', () => {
  const machine = world(wishOf(1).entries);
  expect(settingBefore({ ...machine, neutral, foreign: 'leave' }, [mark])).toEqual(neutral);
  run(machine, wishOf(2));
  run(machine, null);
  expect(machine.current).toEqual(neutral);
});

test('each network service is restored by itself, and one that appears is taken along', () => {
  const machine = world({ 'Wi-Fi/url': null, 'Wi-Fi/enabled': 'No' });
  const entries = (...services: string[]) =>
    Object.fromEntries(
      services.flatMap((s) => [
        [`${s}/url`, `http://h${mark}`],
        [`${s}/enabled`, 'Yes'],
      ]),
    );
  run(machine, { entries: entries('Wi-Fi'), marks: [mark] });
  machine.current = { ...machine.current, 'Dock/url': 'http://dock.contoso.test/', 'Dock/enabled': 'Yes' };
  run(machine, { entries: entries('Wi-Fi', 'Dock'), marks: [mark] });
  expect(machine.current).toEqual(entries('Wi-Fi', 'Dock'));
  machine.current = { ...machine.current, 'Wi-Fi/url': 'http://vpn.contoso.test/' };
  run(machine, null);
  expect(machine.current).toEqual({
    'Wi-Fi/url': 'http://vpn.contoso.test/',
    'Wi-Fi/enabled': 'Yes',
    'Dock/url': 'http://dock.contoso.test/',
    'Dock/enabled': 'Yes',
  });
});

const setting = fc.record({
  mode: fc.constantFrom('none', 'auto', 'manual'),
  url: fc.constantFrom('', 'http://contoso.test/a.pac', 'file:///etc/b.pac'),
});
const crash = fc.record({
  version: fc.integer({ min: 1, max: 3 }),
  isWanted: fc.boolean(),
  steps: fc.integer({ min: 0, max: 8 }),
  half: fc.boolean(),
  foreign: fc.constantFrom('leave' as const, 'adopt' as const),
});

test('after any crashes and starts the original comes back, once, and ours is never saved as original', () => {
  fc.assert(
    fc.property(setting, fc.array(crash, { maxLength: 12 }), (original, crashes) => {
      const machine = world(original);
      for (const { version, isWanted, ...options } of crashes) {
        run(machine, isWanted ? wishOf(version) : null, options);
        // Whatever is ours is known as ours.
        if (machine.current.url !== original.url) expect(machine.saved).not.toBeNull();
      }
      expect(run(machine, null)).toEqual({ kind: 'absent' });
      expect(machine.current).toEqual(original);
      expect(machine.saved).toBeNull();
      for (const kept of machine.originals) {
        expect(Object.values(kept).some((value) => bearsMark(value, [mark]))).toBe(false);
      }
      // Once: a later look has nothing more to write.
      machine.current = { mode: 'manual', url: 'http://later.contoso.test/' };
      run(machine, null);
      expect(machine.current).toEqual({ mode: 'manual', url: 'http://later.contoso.test/' });
    }),
    { numRuns: 3000, seed: 19 },
  );
});

test('whatever other programs set in between, the last of theirs stands at the end, without a trace of ours', () => {
  const event = fc.oneof(crash, setting);
  fc.assert(
    fc.property(setting, fc.array(event, { maxLength: 12 }), (original, events) => {
      const machine = world(original);
      let last: ProxyEntries = original;
      for (const happened of events) {
        if ('url' in happened) {
          machine.current = { ...happened, url: `${happened.url}#${events.indexOf(happened)}` };
          last = machine.current;
        } else {
          const { version, isWanted, foreign } = happened;
          run(machine, isWanted ? wishOf(version) : null, { foreign });
        }
      }
      run(machine, null);
      expect(machine.current).toEqual(last);
    }),
    { numRuns: 3000, seed: 19 },
  );
});
