// Which indexes lead to what a filter finds: never past a row that it finds.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matches } from '../../../../../edge/core/odata/evaluate.ts';
import { parseFilter } from '../../../../../edge/core/odata/filter.ts';
import { mostSeeks, seeksOf } from '../../../../../edge/core/odata/seeks.ts';
import { anyFilter } from '../../../../support/odata-filters.ts';

const fields = { host: 'string', device: 'string', action: 'string', bytes: 'number' } as const;
const costs = {
  host: () => 1000,
  device: () => 10,
  action: (value: string) => (value === 'block' ? 5000 : null),
};
const seeks = (text: string) => seeksOf(parseFilter(text, fields), costs);

test.each([
  ["host eq 'A'", [{ field: 'host', value: 'a' }]],
  ["bytes eq 1 and (action eq 'block' and host eq 'a')", [{ field: 'host', value: 'a' }]],
  ["host eq 'a' and device in ('x','X','y')", ['x', 'y'].map((value) => ({ field: 'device', value }))],
  [
    "host eq 'a' or device eq 'b'",
    [
      { field: 'host', value: 'a' },
      { field: 'device', value: 'b' },
    ],
  ],
  ["host eq 'a' or bytes eq 1", null],
  ["action eq 'allow'", null],
  ["action in ('block','allow')", null],
  ["host eq null or host eq 'a'", null],
  ["not host eq 'a'", null],
  ["startswith(host,'a')", null],
  ["host gt 'a'", null],
])('%s', (text, expected) => expect(seeks(text)).toEqual(expected));

test('too many places are none', () => {
  const list = (count: number) => Array.from({ length: count }, (_, i) => `'${i}'`).join(',');
  expect(seeks(`host in (${list(mostSeeks)})`)).toHaveLength(mostSeeks);
  expect(seeks(`host in (${list(mostSeeks + 1)})`)).toBeNull();
});

test('what a filter finds is in one of the places', () => {
  const records = ['a', 'B', null].flatMap((host) =>
    ['x', 'Y', null].flatMap((device) =>
      ['block', 'allow'].map((action) => ({ host, device, action, bytes: 1 })),
    ),
  );
  fc.assert(
    fc.property(anyFilter(fields, records), (filter) => {
      const places = seeksOf(filter, costs);
      if (places === null) return;
      for (const record of records.filter((one) => matches(one, filter)))
        expect(
          places.some(
            ({ field, value }) => record[field as 'host' | 'device' | 'action']?.toLowerCase() === value,
          ),
        ).toBe(true);
    }),
    { seed: 8, numRuns: 1000 },
  );
});
