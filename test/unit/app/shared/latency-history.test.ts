// The last latencies of each channel, from one status after the other.
import { expect, test } from 'vitest';
import { latenciesKept, type LatencyHistory, withLatencies } from '../../../../app/shared/latency-history.ts';
import { channel } from '../../../support/shown-windows.ts';

const told = (second: number, ...channels: ReturnType<typeof channel>[]) => ({
  at: new Date(1_000 * second).toISOString(),
  channels,
});

test('the oldest goes where there are too many', () => {
  let history: LatencyHistory = new Map();
  for (let i = 1; i <= latenciesKept + 5; i += 1) {
    history = withLatencies(history, told(i, channel({ name: 'a', latencyMs: i })));
  }
  const list = history.get('a') ?? [];
  expect(list).toHaveLength(latenciesKept);
  expect([list[0]?.ms, list.at(-1)]).toEqual([6, { at: 65_000, ms: 65 }]);
});

test('a status that is told twice, and one without a latency, add nothing', () => {
  const once = withLatencies(new Map(), told(1, channel({ name: 'a', latencyMs: 7 })));
  expect(withLatencies(once, told(1, channel({ name: 'a', latencyMs: 7 })))).toBe(once);
  expect(withLatencies(once, told(2, channel({ name: 'a', latencyMs: null })))).toBe(once);
});

test('a channel that is gone is forgotten', () => {
  const two = withLatencies(new Map(), told(1, channel({ name: 'a' }), channel({ name: 'b' })));
  expect([...withLatencies(two, told(2, channel({ name: 'b' }))).keys()]).toEqual(['b']);
});
