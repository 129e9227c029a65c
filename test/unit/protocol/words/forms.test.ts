// Enumerations and numbers in each language.
import { expect, test } from 'vitest';
import { allOf, oneOf, plural } from '../../../../protocol/words/forms.ts';

test.each([
  [[], '', ''],
  [['a'], 'a', 'a'],
  [['a', 'b'], 'a and b', 'a und b'],
  [['a', 'b', 'c'], 'a, b and c', 'a, b und c'],
])('all of %j', (items, english, german) => {
  expect([allOf(items, 'en'), allOf(items, 'de')]).toEqual([english, german]);
});

test('one of several', () => {
  expect([oneOf(['a', 'b'], 'en'), oneOf(['a', 'b'], 'de')]).toEqual(['a or b', 'a oder b']);
});

test.each([
  [0, 'days', 'Tage'],
  [1, 'day', 'Tag'],
  [2, 'days', 'Tage'],
])('%d of them', (count, english, german) => {
  expect(plural(count, 'en', 'day', 'days')).toBe(english);
  expect(plural(count, 'de', 'Tag', 'Tage')).toBe(german);
});
