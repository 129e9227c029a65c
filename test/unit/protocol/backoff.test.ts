import { expect, test } from 'vitest';
import {
  backoffCeilingMs,
  backoffDelayMs,
  backoffResetAfterMs,
  failuresAfterLoss,
} from '../../../protocol/backoff.ts';

test('waits are spread from zero to a limit that doubles up to the ceiling', () => {
  expect(backoffDelayMs(0, 0.99)).toBe(0);
  expect([1, 2, 3, 10, 1000].map((failures) => backoffDelayMs(failures, 0.5))).toEqual([
    1000, 2000, 4000, 15_000, 15_000,
  ]);
  expect(backoffDelayMs(50, 0)).toBe(0);
  expect(backoffDelayMs(50, 0.999_999)).toBeLessThan(backoffCeilingMs);
});

test('an edge that refuses for ever is asked at most once a second on average', () => {
  let [attempts, elapsed, seed] = [0, 0, 42];
  while (elapsed < 30_000) {
    attempts += 1;
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    elapsed += backoffDelayMs(attempts, seed / 2 ** 31);
  }
  expect(attempts).toBeLessThanOrEqual(30);
});

test('only a connection that lived for a while starts the count again', () => {
  expect(failuresAfterLoss(5, backoffResetAfterMs)).toBe(1);
  expect(failuresAfterLoss(5, backoffResetAfterMs - 1)).toBe(6);
});
