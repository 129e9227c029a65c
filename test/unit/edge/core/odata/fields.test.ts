// Paths into a record reach its own properties only.
import { expect, test } from 'vitest';
import { valueAt } from '../../../../../edge/core/odata/fields.ts';

test.each([
  ['a', 1],
  ['b/c', 2],
  ['b/d', undefined],
  ['a/b', undefined],
  ['toString', undefined],
  ['b/constructor', undefined],
])('%s', (path, value) => {
  expect(valueAt({ a: 1, b: { c: 2 } }, path)).toBe(value);
});
