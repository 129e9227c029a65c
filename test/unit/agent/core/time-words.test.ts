import { describe, expect, test } from 'vitest';
import { atTime, duration } from '../../../../agent/core/time-words.ts';

const now = Date.parse('2026-11-23T00:30:00Z');

describe('times in sentences', () => {
  test.each([
    ['2026-11-23T00:05:00Z', 'UTC', 'at 00:05'],
    ['2026-11-22T23:55:00Z', 'UTC', 'on 22 November at 23:55'],
    // Two minutes past midnight there, and the same day.
    ['2026-11-22T23:02:00Z', 'Europe/Berlin', 'at 00:02'],
  ])('%s in %s is %s', (when, zone, expected) => {
    expect(atTime(Date.parse(when), now, zone)).toBe(expected);
  });

  test.each([
    [4_200, '5\u00a0s'],
    [0, '0\u00a0s'],
    [-5, '0\u00a0s'],
    [600_000, '10\u00a0min'],
    [7_200_001, '3\u00a0h'],
  ])('%d ms is %s', (ms, expected) => {
    expect(duration(ms)).toBe(expected);
  });
});
