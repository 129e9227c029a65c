// The parts of a query that act on records; what filters find stands with the filter's own tests.
import { expect, test } from 'vitest';
import { matches, ordering, selected } from '../../../../../edge/core/odata/evaluate.ts';

test('a selection keeps id and annotations', () => {
  const record = { '@odata.type': '#x', id: 1, name: 'a', state: 'b' };
  expect(selected(record, ['name'])).toEqual({ '@odata.type': '#x', id: 1, name: 'a' });
  expect(selected(record, null)).toBe(record);
});

test('the second key decides where the first is equal', () => {
  const records = [
    { a: 1, b: 'x' },
    { a: 1, b: 'A' },
    { a: 0, b: 'z' },
  ];
  const keys = [
    { field: 'a', descending: true },
    { field: 'b', descending: false },
  ];
  expect(records.toSorted(ordering(keys)).map(({ b }) => b)).toEqual(['A', 'x', 'z']);
});

test('not turns every answer round', () => {
  const compare = { kind: 'compare', field: 'a', operator: 'eq', value: 1 } as const;
  expect(matches({ a: 1 }, { kind: 'not', of: compare })).toBe(false);
});
