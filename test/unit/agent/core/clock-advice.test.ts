import { expect, test } from 'vitest';
import { clockAdvice } from '../../../../agent/core/clock-advice.ts';

const edge = Date.parse('2026-06-01T12:00:00Z');

test('a clock that is far off is named with both times and the remedy', () => {
  expect(clockAdvice(Date.parse('2020-01-01T00:00:00Z'), edge)).toBe(
    "This device's clock says 2020-01-01T00:00:00.000Z, the edge's 2026-06-01T12:00:00.000Z: set the clock of this device and try again",
  );
});

test('where both agree the clock is not to blame', () => {
  expect(clockAdvice(edge + 60_000, edge)).toMatch(/they agree, so the edge needs another certificate$/);
});

test('where the edge has told no time, the own one is all there is', () => {
  expect(clockAdvice(edge, null)).toBe(
    "This device's clock says 2026-06-01T12:00:00.000Z: if that is wrong, set it and try again",
  );
});
