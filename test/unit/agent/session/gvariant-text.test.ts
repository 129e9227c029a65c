// The text in which gsettings writes values.
import { expect, test } from 'vitest';
import { parseStringList, parseVariant } from '../../../../agent/session/gvariant-text.ts';

test.each([
  ["'none'", 'none'],
  [`"http://a'b/x"`, "http://a'b/x"],
  [String.raw`'a\'b"c\\d\n\u00e9'`, 'a\'b"c\\d\n\u00e9'],
  ['8080', '8080'],
  ['true', 'true'],
  ["''", ''],
])('%s is %s', (text, value) => {
  expect(parseVariant(text)).toBe(value);
});

test('lists of strings', () => {
  expect(parseStringList(`['localhost', "it's", '127.0.0.0/8']`)).toEqual([
    'localhost',
    "it's",
    '127.0.0.0/8',
  ]);
  expect(parseStringList('@as []')).toEqual([]);
});
