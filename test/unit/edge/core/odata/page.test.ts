// Pages of a collection in memory: walked from link to link, nothing is missing and nothing comes twice.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageOf } from '../../../../../edge/core/odata/page.ts';
import { parseQuery, type QueryRules } from '../../../../../edge/core/odata/query.ts';

const rules: QueryRules = {
  options: ['$filter', '$select', '$orderby', '$top', '$skip', '$count'],
  fields: { name: 'string', size: 'number' },
  properties: ['id', 'name', 'size'],
  pageSize: 3,
  largestPage: 100,
};

test('filters before it counts, orders before it cuts, selects last', () => {
  const records = [5, 1, 4, 2, 3].map((size) => ({ id: `${size}`, name: `n${size % 2}`, size }));
  const query = parseQuery(
    { $filter: "name eq 'n1'", $orderby: 'size desc', $top: '2', $count: 'true', $select: 'size' },
    rules,
  );
  expect(pageOf(records, query)).toEqual({
    value: [
      { id: '5', size: 5 },
      { id: '3', size: 3 },
    ],
    count: 3,
    nextSkip: 2,
  });
});

test('null comes first, and last in the other direction', () => {
  const records = [
    { id: 'a', size: 1 },
    { id: 'b', size: null },
    { id: 'c', size: 0 },
  ];
  const ids = (order: string) =>
    pageOf(records, parseQuery({ $orderby: order }, rules)).value.map(
      (found) => (found as { id: string }).id,
    );
  expect(ids('size')).toEqual(['b', 'c', 'a']);
  expect(ids('size desc')).toEqual(['a', 'c', 'b']);
});

test('all pages together are the collection', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 7 }),
      (sizes, top) => {
        const records = sizes.map((size, i) => ({ id: i, size }));
        const seen: object[] = [];
        let skip: number | null = 0;
        while (skip !== null) {
          const page = pageOf(
            records,
            parseQuery({ $skip: `${skip}`, $top: `${top}`, $orderby: 'size' }, rules),
          );
          seen.push(...page.value);
          skip = page.nextSkip;
        }
        expect(seen).toEqual(records.toSorted((a, b) => a.size - b.size));
      },
    ),
    { seed: 44, numRuns: 100 },
  );
});
