// Filters a long list that is given again and again.
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createKeptFilter } from '../../../../app/shared/kept-filter.ts';

type Row = { readonly size: number };
const row = (size: number): Row => ({ size });
const isEven = ({ size }: Row) => size % 2 === 0;

test('only rows that are new or replaced are tested again', () => {
  const filter = createKeptFilter<Row>();
  const even = vi.fn(isEven);
  const rows = [row(1), row(2), row(3), row(4)];
  expect(filter(rows, even, false)).toEqual([row(2), row(4)]);
  even.mockClear();
  expect(filter([row(6), rows[0]!, row(8), ...rows.slice(2)], even, false)).toEqual([row(6), row(8), row(4)]);
  expect(even).toHaveBeenCalledTimes(3);
});

test('a narrower test is asked about what passed, and about nothing else', () => {
  const filter = createKeptFilter<Row>();
  const rows = [row(1), row(2), row(3), row(4)];
  filter(rows, isEven, false);
  const isFour = vi.fn(({ size }: Row) => size === 4);
  expect(filter(rows, isFour, true)).toEqual([row(4)]);
  expect(isFour).toHaveBeenCalledTimes(2);
  expect(filter(rows, isEven, false)).toEqual([row(2), row(4)]);
});

test('whatever becomes of the list, what passes is what a plain filter would give', () => {
  const pool = Array.from({ length: 12 }, (_, size) => row(size));
  const list = fc.array(fc.constantFrom(...pool), { maxLength: 12 });
  const step = fc.record({ list, test: fc.constantFrom('even', 'fourth', 'any') });
  const tests = { any: () => true, even: isEven, fourth: ({ size }: Row) => size % 4 === 0 } as const;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      const filter = createKeptFilter<Row>();
      let before: keyof typeof tests | null = null;
      for (const { list: rows, test: name } of steps) {
        const narrows = before === 'any' || (before === 'even' && name === 'fourth');
        expect(filter(rows, tests[name], narrows)).toEqual(rows.filter(tests[name]));
        before = name;
      }
    }),
    { seed: 11, numRuns: 300 },
  );
});
