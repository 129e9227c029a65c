// When a device asks for a captive portal, what it makes of the answers, and that it comes to rest.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  awaitedPatienceMs,
  edgeStanding,
  type EdgeStanding,
  initialObstacleState,
  nextObstacleState,
  type ObstacleEffect,
  type ObstacleEvent,
  type ObstacleState,
  obstructedLink,
} from '../../../../agent/core/obstacle.ts';
import type { PortalVerdict } from '../../../../agent/core/portal-answer.ts';
import type { Link } from '../../../../agent/core/status-inputs.ts';

const now = 1_000_000;
const edge = (standing: EdgeStanding): ObstacleEvent => ({ kind: 'edge', standing });
const network = (hasWayOut: boolean): ObstacleEvent => ({ kind: 'network', hasWayOut });
const portal: PortalVerdict = { kind: 'portal', page: 'http://192.0.2.1/login' };

/** The state after `events`, answers given to the question that is out, and the effects of the last one. */
function after(...events: (ObstacleEvent | PortalVerdict)[]) {
  let state = initialObstacleState;
  let effects: readonly ObstacleEffect[] = [];
  events.forEach((event, i) => {
    const isVerdict = !['edge', 'network', 'answer'].includes(event.kind);
    const actual = isVerdict
      ? ({ kind: 'answer', question: state.question, verdict: event as PortalVerdict } as const)
      : (event as ObstacleEvent);
    ({ state, effects } = nextObstacleState(state, actual, now + i));
  });
  return { state, effects };
}

const planned = (effects: readonly ObstacleEffect[]): number | null =>
  effects.flatMap((effect) => (effect.kind === 'ask' ? [effect.afterMs] : []))[0] ?? null;
const kinds = (effects: readonly ObstacleEffect[]) => effects.map(({ kind }) => kind);

describe('asking', () => {
  it('is not done while an edge is had or unwanted', () => {
    expect(after(edge('had')).effects).toEqual([{ kind: 'rest' }]);
    expect(after(edge('awaited'), edge('unwanted')).effects).toEqual([{ kind: 'rest' }]);
    expect(after(edge('had'), network(true)).effects).toEqual([]);
  });

  it('begins when an edge lets wait or has failed', () => {
    expect(planned(after(edge('awaited')).effects)).toBe(awaitedPatienceMs);
    expect(planned(after(edge('awaited'), edge('missed')).effects)).toBe(0);
  });

  it('is repeated ever more rarely, before a portal every 10 s at least', () => {
    const waits = (verdict: PortalVerdict) =>
      [1, 2, 3, 4, 5, 6, 7].map((n) =>
        planned(after(edge('missed'), ...Array<PortalVerdict>(n).fill(verdict)).effects),
      );
    expect(waits(portal)).toEqual([2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000]);
    expect(waits({ kind: 'unanswered' })).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('is done at once on another network, and not on none', () => {
    expect(planned(after(edge('missed'), portal, portal, network(true)).effects)).toBe(0);
    expect(after(edge('missed'), network(false)).effects).toEqual([{ kind: 'rest' }]);
  });

  it('is over when the edge is there: late answers mean nothing', () => {
    const { state } = after(edge('missed'), edge('had'), portal);
    expect(state.seen).toEqual({ kind: 'nothing' });
    const asked = after(edge('missed'));
    const late = { kind: 'answer', question: asked.state.question - 1, verdict: portal } as const;
    expect(nextObstacleState(asked.state, late, now)).toEqual({ state: asked.state, effects: [] });
  });
});

describe('a portal', () => {
  it('lasts from its first sight, with its latest page', () => {
    const other: PortalVerdict = { kind: 'portal', page: null };
    expect(after(edge('missed'), portal, other).state.seen).toEqual({
      kind: 'portal',
      since: now + 1,
      page: null,
    });
  });

  it('that opens makes the edge be tried at once', () => {
    expect(kinds(after(edge('missed'), portal, { kind: 'open' }).effects)).toEqual(['ask', 'try-edge']);
    expect(kinds(after(edge('missed'), { kind: 'open' }).effects)).toEqual(['ask']);
  });

  it('is shown until another network has answered, and not without a network', () => {
    expect(after(edge('missed'), portal, network(true)).state.seen.kind).toBe('portal');
    expect(after(edge('missed'), portal, network(false)).state.seen.kind).toBe('offline');
  });
});

describe('no internet', () => {
  it('is known without asking where there is no way out', () => {
    expect(after(network(false), edge('awaited')).state.seen).toEqual({ kind: 'offline', since: now + 1 });
    expect(after(network(false), edge('awaited'), network(false)).state.seen).toEqual({
      kind: 'offline',
      since: now + 1,
    });
  });

  it('ends with the network that comes, which is asked at once', () => {
    const back = after(edge('missed'), network(false), network(true));
    expect(back.state.seen).toEqual({ kind: 'nothing' });
    expect(planned(back.effects)).toBe(0);
  });
});

describe('the link that people see', () => {
  const unreachable: Link = { kind: 'unreachable', since: 1, cause: 'no answer', retryAt: null };
  const untrusted: Link = { kind: 'untrusted', edge: 'e', since: 1, cause: 'other authority' };
  const connecting: Link = { kind: 'connecting', attempt: 1, since: 1, cause: null };
  const connected: Link = { kind: 'connected', edge: 'e', since: 1 };
  const refused: Link = { kind: 'refused', edge: 'e', since: 1, cause: 'revoked' };
  const behind = after(edge('missed'), portal).state;
  const offline = after(edge('missed'), network(false)).state;

  it.each([unreachable, untrusted, connecting])('$kind gives way to what stands in the way', (link) => {
    expect(obstructedLink(link, behind)).toEqual({
      kind: 'captive-portal',
      since: now + 1,
      page: 'http://192.0.2.1/login',
    });
    expect(obstructedLink(link, offline)).toEqual({ kind: 'no-internet', since: now + 1 });
    expect(obstructedLink(link, after(edge('missed'), { kind: 'unanswered' }).state)).toBe(link);
  });

  it.each([connected, refused])('$kind holds: an edge has answered', (link) => {
    expect(obstructedLink(link, behind)).toBe(link);
  });

  it.each<[Link, EdgeStanding]>([
    [connecting, 'awaited'],
    [unreachable, 'missed'],
    [untrusted, 'missed'],
    [connected, 'had'],
    [refused, 'had'],
  ])('says how the edge stands: %o', (link, expected) => {
    expect(edgeStanding(link, true)).toBe(expected);
    expect(edgeStanding(link, false)).toBe('unwanted');
  });
});

test('in any order of events: offline without a way out, and always a question or rest while an edge is missed', () => {
  const verdicts = fc.constantFrom<PortalVerdict>(
    { kind: 'open' },
    { kind: 'unanswered' },
    { kind: 'offline' },
    portal,
  );
  const events = fc.oneof(
    fc.constantFrom<EdgeStanding>('unwanted', 'awaited', 'missed', 'had').map(edge),
    fc.boolean().map(network),
    fc.record({
      kind: fc.constant('answer' as const),
      question: fc.integer({ min: 0, max: 20 }),
      verdict: verdicts,
    }),
  );
  fc.assert(
    fc.property(fc.array(events, { maxLength: 40 }), (list) => {
      let state: ObstacleState = initialObstacleState;
      let pending: number | null = null;
      for (const event of list) {
        // A question that is answered is out no more.
        if (event.kind === 'answer' && event.question === pending) pending = null;
        const step = nextObstacleState(state, event, now);
        state = step.state;
        for (const effect of step.effects) {
          if (effect.kind === 'ask') pending = effect.question;
          if (effect.kind === 'rest') pending = null;
        }
        const isSought = state.edge === 'awaited' || state.edge === 'missed';
        if (!isSought) expect(state.seen.kind).toBe('nothing');
        if (isSought && !state.hasWayOut) expect(state.seen.kind).toBe('offline');
        // Whatever is seen is looked at again, or a machine would be stuck.
        if (isSought && state.hasWayOut) expect(pending).toBe(state.question);
      }
    }),
    { seed: 66, numRuns: 500 },
  );
});
