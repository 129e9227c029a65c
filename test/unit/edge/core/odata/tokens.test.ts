// The words of a filter and where they stand.
import { expect, test } from 'vitest';
import { tokenize } from '../../../../../edge/core/odata/tokens.ts';

test('every kind once, with its place', () => {
  const tokens = tokenize("in(user/name, 'it''s', -1.5, 2026-06-01T12:00:00Z)");
  expect(tokens.map(({ kind, text, at }) => `${at} ${kind} ${text}`)).toEqual([
    '0 word in',
    '2 ( (',
    '3 word user/name',
    '12 , ,',
    "14 string it's",
    '21 , ,',
    '23 number -1.5',
    '27 , ,',
    '29 date 2026-06-01T12:00:00Z',
    '49 ) )',
  ]);
});

test.each(['1x', '2026-06-01T12', '"a"', 'a b\n', '1.2.3'])('refuses %j', (text) => {
  expect(() => tokenize(text)).toThrow('is not understood');
});
