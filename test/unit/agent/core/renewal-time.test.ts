import { expect, test } from 'vitest';
import { renewalPause, renewalTime } from '../../../../agent/core/renewal-time.ts';

test('a certificate is renewed at two thirds of its life', () => {
  expect(renewalTime({ from: 0, to: 300 })).toBe(200);
  expect(renewalTime({ from: 1000, to: 1090 })).toBe(1060);
});

test('a failed attempt is repeated within what is left, not too often and not too seldom', () => {
  const end = 1_000_000_000;
  expect(renewalPause(end - 100_000, end)).toBe(10_000);
  expect(renewalPause(end - 1000, end)).toBe(1000);
  expect(renewalPause(end + 5000, end)).toBe(1000);
  expect(renewalPause(0, end)).toBe(3_600_000);
});
