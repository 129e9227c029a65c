// Rows in the order of one column.
import { expect, test } from 'vitest';
import { sortedRows } from '../../../../app/shared/sorted-rows.ts';

const rows = [
  { name: 'b', size: 10 },
  { name: 'a', size: 9 },
  { name: 'c', size: 10 },
];
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).join('');

test('numbers are compared as numbers and texts as texts, both ways', () => {
  expect(names(sortedRows(rows, ({ name }) => name, 'ascending'))).toBe('abc');
  expect(names(sortedRows(rows, ({ name }) => name, 'descending'))).toBe('cba');
  expect(names(sortedRows(rows, ({ size }) => size, 'ascending'))).toBe('abc');
});

test('equal rows keep their order in both directions', () => {
  expect(names(sortedRows(rows, ({ size }) => size, 'descending'))).toBe('bca');
});

test('numbers of every size, and texts by their characters in either case', () => {
  const sizes = [-1, 1e12, 0.5, 9, 10, 0].map((size) => ({ size }));
  expect(sortedRows(sizes, ({ size }) => size, 'ascending').map(({ size }) => size)).toEqual([
    ...[-1, 0, 0.5, 9, 10, 1e12],
  ]);
  const texts = ['b', 'B', 'a', '', 'ä'];
  expect(sortedRows(texts, (text) => text, 'descending')).toEqual(['ä', 'b', 'a', 'B', '']);
});
