// The clock of a pause: never shorter than what is left, and three moments that are announced.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pauseClock, pauseNews, pausePhase } from '../../../../app/shared/pause-clock.ts';

const since = '2026-11-23T09:41:00.000Z';
const until = '2026-11-23T09:51:00.000Z';
const end = Date.parse(until);

test.each([
  [end - 600_000, '10:00'],
  [end - 581_001, '9:42'],
  [end - 60_000, '1:00'],
  [end - 1, '0:01'],
  [end, '0:00'],
  [end + 5_000, '0:00'],
  [end - 700_000, '10:00'],
])('at %d: %s', (now, left) => {
  expect(pauseClock(since, until, now)).toMatchObject({ left, secondsInAll: 600 });
});

test('hours are written as hours', () => {
  const day = '2026-11-24T09:41:00.000Z';
  expect(pauseClock(since, day, Date.parse(day) - 3_725_000).left).toBe('1:02:05');
});

test('what is left stays within the pause', () => {
  fc.assert(
    fc.property(fc.integer({ min: -10_000_000, max: 10_000_000 }), (offset) => {
      const { secondsLeft, secondsInAll } = pauseClock(since, until, end + offset);
      expect(secondsLeft).toBeGreaterThanOrEqual(0);
      expect(secondsLeft).toBeLessThanOrEqual(secondsInAll);
    }),
    { numRuns: 100, seed: 3 },
  );
});

test('begin, last minute and end are news, and nothing else is', () => {
  const paused = { kind: 'paused', since, until } as const;
  expect(pausePhase({ kind: 'connected', edge: 'edge-1', since }, end)).toBe('none');
  expect(pausePhase(paused, end - 61_000)).toBe('running');
  expect(pausePhase(paused, end - 60_000)).toBe('last-minute');
  expect(pauseNews('none', 'running')).toBe('begun');
  expect(pauseNews('running', 'running')).toBeNull();
  expect(pauseNews('running', 'last-minute')).toBe('last-minute');
  expect(pauseNews('last-minute', 'none')).toBe('ended');
  // Paused again while the last minute runs.
  expect(pauseNews('last-minute', 'running')).toBe('begun');
});
