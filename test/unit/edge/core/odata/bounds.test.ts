// Between which moments everything lies that a filter finds.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundsOf } from '../../../../../edge/core/odata/bounds.ts';
import { matches } from '../../../../../edge/core/odata/evaluate.ts';
import { parseFilter } from '../../../../../edge/core/odata/filter.ts';
import { anyFilter } from '../../../../support/odata-filters.ts';

const fields = { at: 'date', name: 'string' } as const;
const day = (text: string): number => Date.parse(text);

test.each([
  ["name eq 'x'", -Infinity, Infinity],
  ['at ge 2026-06-01 and at lt 2026-06-02', day('2026-06-01'), day('2026-06-02')],
  ["(at gt 2026-06-01 and name eq 'x') and at gt 2026-05-01", day('2026-06-01'), Infinity],
  ['at eq 2026-06-01 or at eq 2026-06-03', day('2026-06-01'), day('2026-06-03')],
  ["at le 2026-06-01 or name eq 'x'", -Infinity, Infinity],
  ['not at ge 2026-06-01', -Infinity, Infinity],
  ['at ne null', -Infinity, Infinity],
])('%s', (text, from, to) => expect(boundsOf(parseFilter(text, fields), 'at')).toEqual({ from, to }));

test('nothing that a filter finds is outside', () => {
  const records = Array.from({ length: 30 }, (_, i) => ({
    at: new Date(day('2026-06-01') + i * 1000).toISOString(),
    name: i % 2 === 0 ? 'even' : 'odd',
  }));
  fc.assert(
    fc.property(anyFilter(fields, records), (filter) => {
      const { from, to } = boundsOf(filter, 'at');
      for (const { at } of records.filter((record) => matches(record, filter))) {
        expect(Date.parse(at)).toBeGreaterThanOrEqual(from);
        expect(Date.parse(at)).toBeLessThanOrEqual(to);
      }
    }),
    { seed: 9, numRuns: 1000 },
  );
});
