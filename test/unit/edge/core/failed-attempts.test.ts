// Guessing becomes slow, for one caller and for many together.
import { expect, test } from 'vitest';
import {
  attemptWindowMs,
  createFailedAttempts,
  mostAttempts,
} from '../../../../edge/core/failed-attempts.ts';

test('a caller has so many attempts in a window, then waits for its end', () => {
  const attempts = createFailedAttempts();
  for (let i = 0; i < mostAttempts.perCaller; i += 1) expect(attempts.count('a', 1000 + i)).toBe(0);
  expect(attempts.count('a', 11_000)).toBe(attemptWindowMs - 10_000);
  expect(attempts.count('b', 11_000)).toBe(0);
  expect(attempts.count('a', 1000 + attemptWindowMs)).toBe(0);
});

test('many callers share what there is in all', () => {
  const attempts = createFailedAttempts();
  for (let i = 0; i < mostAttempts.inAll; i += 1) expect(attempts.count(`caller ${i}`, 0)).toBe(0);
  expect(attempts.count('one more', 0)).toBe(attemptWindowMs);
});
