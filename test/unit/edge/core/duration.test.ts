import { expect, test } from 'vitest';
import { parseDuration } from '../../../../edge/core/duration.ts';

test.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
])('%s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '24', 'h', '0h', '-1h', '1.5h', '24 h', '24H', '1w', '1h30m', '9999999999s', ' 1h'])(
  '%j is none',
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);
