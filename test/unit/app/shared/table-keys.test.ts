// Where a key takes the chosen row of a table.
import { expect, test } from 'vitest';
import { rowAfterKey } from '../../../../app/shared/table-keys.ts';

test.each<[string, number, number | null]>([
  ['ArrowDown', -1, 0],
  ['ArrowDown', 3, 4],
  ['ArrowDown', 99, 99],
  ['ArrowUp', 0, 0],
  ['ArrowUp', 5, 4],
  ['PageDown', -1, 20],
  ['PageDown', 95, 99],
  ['PageUp', 30, 10],
  ['PageUp', 5, 0],
  ['Home', 50, 0],
  ['End', 50, 99],
  ['x', 50, null],
])('%s from row %d of 100 goes to %s', (key, at, row) => {
  expect(rowAfterKey(key, at, 100, 20)).toBe(row);
});

test('an empty table has no row to go to', () => {
  expect(rowAfterKey('ArrowDown', -1, 0, 20)).toBeNull();
});
