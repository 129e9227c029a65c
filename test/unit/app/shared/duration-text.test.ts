// Lengths of time for people.
import { expect, test } from 'vitest';
import { durationText } from '../../../../app/shared/duration-text.ts';

test.each([
  [0, '0.0 s'],
  [4_210, '4.2 s'],
  [59_999, '59 s'],
  [120_000, '2 min'],
  [7_200_000, '2 h'],
])('%d ms are %s', (ms, text) => {
  expect(durationText(ms, 'en')).toBe(text.replace(' ', '\u00a0'));
});

test('in German with a comma', () => {
  expect(durationText(400, 'de')).toBe('0,4\u00a0s');
});
