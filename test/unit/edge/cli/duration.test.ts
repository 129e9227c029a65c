// Durations as a person writes them.
import { expect, test } from 'vitest';
import { parseDuration } from '../../../../edge/cli/duration.ts';

const most = 366 * 86_400_000;

test.each([
  ['12h', 12 * 3_600_000],
  ['90d', 90 * 86_400_000],
  ['366d', most],
])('%s', (text, ms) => {
  expect(parseDuration(text, most)).toBe(ms);
});

test.each(['', '0d', '90', '90 d', '-1d', '1w', '367d', '1.5d', '99999999d'])('%j is refused', (text) => {
  expect(() => parseDuration(text, most)).toThrow('must be hours or days such as 12h or 90d, at most 366d.');
});
