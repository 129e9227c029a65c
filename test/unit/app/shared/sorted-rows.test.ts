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
