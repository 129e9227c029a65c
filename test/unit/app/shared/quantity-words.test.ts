// Amounts in both languages, with spaces that do not break.
import { expect, test } from 'vitest';
import {
  countText,
  dateText,
  wholeDurationText,
  latencyText,
} from '../../../../app/shared/quantity-words.ts';

const plain = (text: string): string => {
  expect(text).not.toContain(' ');
  return text.replaceAll('\u00a0', ' ');
};

test.each([
  [-5, '0 s', '0 s'],
  [12_900, '12 s', '12 s'],
  [180_000, '3 min', '3 Min.'],
  [7_200_000, '2 h', '2 Std.'],
  [345_600_000, '4 days', '4 Tage'],
])('%d ms', (ms, en, de) => {
  expect(plain(wholeDurationText(ms, 'en'))).toBe(en);
  expect(plain(wholeDurationText(ms, 'de'))).toBe(de);
});

test('latencies have a decimal only where it says something', () => {
  expect(plain(latencyText(18.4, 'en'))).toBe('18 ms');
  expect(plain(latencyText(0.42, 'de'))).toBe('0,4 ms');
});

test('counts and dates follow the language', () => {
  expect([countText(12_345, 'en'), countText(12_345, 'de')]).toEqual(['12,345', '12.345']);
  expect(dateText('2027-11-23T00:00:00.000Z', 'de', 'UTC')).toBe('23. November 2027');
});
