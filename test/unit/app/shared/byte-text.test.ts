// Amounts of bytes for people.
import { expect, test } from 'vitest';
import { byteText } from '../../../../app/shared/byte-text.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [4134, '4.1 kB'],
  [38_902, '39 kB'],
  [1_100_000, '1.1 MB'],
  [9_960_000, '10 MB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [999_600_000, '1.0 GB'],
  [5e15, '5,000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(byteText(bytes, 'en')).toBe(text.replace(' ', '\u00a0'));
});

test('in German with a comma', () => {
  expect(byteText(4134, 'de')).toBe('4,1\u00a0kB');
});
