// The session over time: what it looks at, what it gives up, and when.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProxyWanted } from '../../../../agent/core/proxy-wanted.ts';
import type { ProxyEntries } from '../../../../agent/core/saved-proxy.ts';
import type { SessionReport } from '../../../../agent/core/session-report.ts';
import { createChain } from '../../../../agent/session/chain.ts';
import type { PacServer } from '../../../../agent/session/pac-server.ts';
import { savedFile } from '../../../../agent/session/saved-file.ts';
import { startSession } from '../../../../agent/session/session.ts';
import { discovery, type SystemProxy } from '../../../../agent/session/system-proxy.ts';
import { OpenGsaError } from '../../../../protocol/error.ts';
import { askPac } from '../../../support/pac-engine.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const pacUrl = 'http://127.0.0.1:8088/0123/proxy.pac';
const wanted: ProxyWanted = { kind: 'wanted', pacUrl, httpProxy: '127.0.0.1:8088' };
const ownPac = "function FindProxyForURL() { return 'DIRECT'; }";
const hour = 60 * 60_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function rig(start: ProxyEntries = { mode: 'none', url: '' }) {
  const clock = manualClock();
  const reports: SessionReport[] = [];
  const warnings: string[] = [];
  const machine = {
    ...{ current: start, wanted, stubborn: false, warnings, served: '' },
    files: new Map([[pacUrl, ownPac]]),
  };
  const system: SystemProxy = {
    ...{ kind: 'gnome', place: 'a setting', takesPac: true },
    read: () => Promise.resolve(machine.current),
    wish: (target) => ({ entries: { mode: 'auto', url: target.pacUrl }, marks: target.marks }),
    neutral: () => ({ mode: 'none', url: '' }),
    meaning: ({ mode, url }) =>
      mode !== 'auto' ? { kind: 'direct' } : url === '' ? discovery : { kind: 'pac', url: url ?? '' },
    write(entries) {
      if (!machine.stubborn) machine.current = { ...machine.current, ...entries };
      return Promise.resolve(machine.warnings);
    },
  };
  const server: PacServer = {
    mark: '/4567/proxy.pac',
    serve(text) {
      machine.served = text;
      return Promise.resolve('http://127.0.0.1:9/4567/proxy.pac');
    },
    close: () => Promise.resolve(),
  };
  const readPac = (url: string): Promise<string> => {
    const text = machine.files.get(url);
    if (text !== undefined) return Promise.resolve(text);
    return Promise.reject(new OpenGsaError('upstream-failed', `${url}: cannot be fetched`));
  };
  const saved = savedFile(folder);
  const session = startSession({
    ...{ system, saved, clock, pid: 1, marks: [server.mark] },
    chain: createChain(server, clock, readPac),
    wanted: () => machine.wanted,
    changed: (report) => reports.push(report),
  });
  const last = () => reports.at(-1);
  return { session, machine, clock, reports, saved, last };
}

describe('looking', () => {
  test('another program is noticed by the clock alone, and said once', async () => {
    const { session, machine, clock, reports, last } = rig();
    await session.look();
    expect(last()?.state).toEqual({ kind: 'set' });
    machine.current = { ...machine.current, url: 'http://vpn.test/' };
    clock.advance(15_000);
    await session.look();
    clock.advance(15_000);
    await session.look();
    expect(reports.map(({ state }) => state.kind)).toEqual(['set', 'taken-over']);
    expect(last()?.current).toBe('the PAC file http://vpn.test/');
  });

  test('a warning about what was written stands until something is written again, and is said once', async () => {
    const { session, machine, clock, reports, last } = rig();
    machine.warnings.push('running programs were not told');
    await session.look();
    clock.advance(15_000);
    await session.look();
    expect(reports.map(({ warnings }) => warnings)).toEqual([['running programs were not told']]);
    expect(session.report()?.warnings).toEqual(['running programs were not told']);
    machine.warnings.pop();
    machine.wanted = { kind: 'unwanted', reason: 'disconnected' };
    await session.look();
    expect(last()).toMatchObject({ state: { kind: 'absent' }, warnings: [] });
  });

  test('ours is back after disconnect and connect, with the other program’s behind it', async () => {
    const { session, machine, last } = rig();
    await session.look();
    machine.current = { mode: 'auto', url: 'http://vpn.test/' };
    machine.files.set('http://vpn.test/', "function FindProxyForURL() { return 'PROXY vpn.test:1'; }");
    machine.wanted = { kind: 'unwanted', reason: 'disconnected' };
    await session.look();
    expect(last()?.state).toEqual({ kind: 'absent', reason: 'disconnected' });
    machine.wanted = wanted;
    await session.look();
    expect(last()).toMatchObject({ state: { kind: 'set' }, before: 'the PAC file http://vpn.test/' });
    expect(askPac(machine.served, 'https://other.test/')).toBe('PROXY vpn.test:1');
    await session.end();
    expect(machine.current).toEqual({ mode: 'auto', url: 'http://vpn.test/' });
  });

  test('a program that sets the original back again and again wins for an hour', async () => {
    const { session, machine, clock, last } = rig();
    const states: (string | undefined)[] = [];
    for (let i = 0; i < 5; i++) {
      machine.current = { mode: 'none', url: '' };
      await session.look();
      states.push(last()?.state.kind);
    }
    expect(states).toEqual(['set', 'set', 'set', 'not-kept', 'not-kept']);
    clock.advance(hour);
    await session.look();
    expect(last()?.state.kind).toBe('set');
  });
});

describe('an earlier PAC file', () => {
  const theirs = 'http://pac.test/';
  const answer = (text: string) => `function FindProxyForURL() { return '${text}'; }`;

  test('is read again after five minutes, and used as it was while it cannot be had', async () => {
    const { session, machine, clock, last } = rig({ mode: 'auto', url: theirs });
    const ask = () => askPac(machine.served, 'https://other.test/');
    machine.files.set(theirs, answer('PROXY a.test:1'));
    await session.look();
    const first = machine.current.url;
    machine.files.set(theirs, answer('PROXY b.test:1'));
    await session.look();
    expect(ask()).toBe('PROXY a.test:1');
    clock.advance(5 * 60_000);
    await session.look();
    expect(ask()).toBe('PROXY b.test:1');
    expect(machine.current.url).not.toBe(first);
    machine.files.delete(theirs);
    clock.advance(5 * 60_000);
    await session.look();
    expect(ask()).toBe('PROXY b.test:1');
    expect(last()?.chained?.fault).toMatch(/cannot be fetched/);
  });

  test('that could never be had is put back by a start after a crash, and taken when it is there', async () => {
    const before = rig({ mode: 'auto', url: theirs });
    before.machine.files.set(theirs, answer('PROXY a.test:1'));
    await before.session.look();
    const after = rig(before.machine.current);
    await after.session.look();
    expect(after.last()?.state).toMatchObject({
      kind: 'hindered',
      cause: expect.stringMatching(/cannot be fetched/) as string,
    });
    expect(after.machine.current).toEqual({ mode: 'auto', url: theirs });
    after.machine.files.set(theirs, answer('PROXY a.test:1'));
    after.clock.advance(15_000);
    await after.session.look();
    expect(after.last()?.state).toEqual({ kind: 'set' });
  });

  test('found by discovery cannot stand behind ours', async () => {
    const { session, machine, last } = rig({ mode: 'auto', url: '' });
    await session.look();
    expect(last()?.state).toMatchObject({
      kind: 'hindered',
      cause: expect.stringMatching(/WPAD.*; set the address/) as string,
    });
    expect(machine.current).toEqual({ mode: 'auto', url: '' });
  });
});

test('an address of ours that was left without a saved file is not chained to itself', async () => {
  const { session, machine, last } = rig({ mode: 'auto', url: 'http://127.0.0.1:9/4567/proxy.pac?v=0' });
  await session.look();
  expect(last()).toMatchObject({ state: { kind: 'set' }, before: 'no proxy', chained: null });
  await session.end();
  expect(machine.current).toEqual({ mode: 'none', url: '' });
});

test('a PAC file that is not on this machine is never set', async () => {
  const { session, machine, last } = rig();
  machine.wanted = { ...wanted, pacUrl: 'http://192.0.2.1:8088/0123/proxy.pac' };
  await session.look();
  expect(last()?.state).toMatchObject({
    kind: 'hindered',
    cause: expect.stringMatching(/not on loopback/) as string,
  });
});

test('an end at which the original does not come back is an error, and the saved file stays', async () => {
  const { session, machine, saved } = rig();
  await session.look();
  machine.stubborn = true;
  await expect(session.end()).rejects.toThrow(/does not stay/);
  expect(await saved.read()).not.toBeNull();
});
