// When a source is asked again.
import { expect, it } from 'vitest';
import { backoff, renewal } from '../../../../agent/core/probe-waits.ts';

it('an answer is renewed at 80 % of its life, a tenth of that spread, and never at once', () => {
  expect(renewal(300_000)).toEqual({ afterMs: 240_000, spread: 0.1 });
  expect(renewal(1)).toEqual({ afterMs: 250, spread: 0.1 });
});

it('a failing source is asked ever more rarely, once a minute at last', () => {
  const waits = [1, 2, 3, 8, 9, 10, 1e9].map((failures) => backoff(failures).afterMs);
  expect(waits).toEqual([250, 500, 1000, 32_000, 60_000, 60_000, 60_000]);
  expect([1, 2, 5].map((failures) => backoff(failures, 4000).afterMs)).toEqual([4000, 8000, 60_000]);
});
