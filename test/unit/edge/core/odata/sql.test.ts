// SQL finds what the array evaluator finds, and values never become part of its text.
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { matches } from '../../../../../edge/core/odata/evaluate.ts';
import { type Filter, parseFilter } from '../../../../../edge/core/odata/filter.ts';
import { conditionOf } from '../../../../../edge/core/odata/sql.ts';
import { anyFilter } from '../../../../support/odata-filters.ts';

const fields = {
  name: 'string',
  at: 'date',
  end: 'date',
  bytes: 'number',
  blocked: 'boolean',
  place: 'string',
} as const;
const names = ['adele', 'Alex', "o'brien", 'Ärzte', '', '100%', 'a_b', null];
const records = Array.from({ length: 200 }, (_, id) => ({
  id,
  name: names[id % names.length] ?? null,
  at: id % 11 === 0 ? null : new Date(Date.UTC(2026, 0, 1) + (id % 17) * 1000).toISOString(),
  end: id % 5 === 0 ? null : new Date(Date.UTC(2026, 0, 1) + (id % 23) * 1000).toISOString(),
  bytes: id % 13 === 0 ? null : (id % 7) * 100,
  blocked: id % 3 === 0,
  place: ['Head office', 'Branch', null][id % 3] ?? null,
}));
/** As a table stores it: text in lower case; `place` has no column. */
const columns = {
  name: 't.name',
  at: 'lower(t.at)',
  end: { ms: 't.end_ms' },
  bytes: 't.bytes',
  blocked: 't.blocked',
};

const database = new DatabaseSync(':memory:');
database.exec(
  'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, at TEXT, end_ms INTEGER, bytes INTEGER, blocked INTEGER)',
);
const add = database.prepare('INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)');
for (const { id, name, at, end, bytes, blocked } of records)
  add.run(
    ...([id, name?.toLowerCase() ?? null, at, end === null ? null : Date.parse(end)] as const),
    ...([bytes, Number(blocked)] as const),
  );
afterAll(() => database.close());

function found(filter: Filter): { ids: number[]; exact: boolean } | null {
  const condition = conditionOf(filter, columns);
  if (condition === null) return null;
  const rows = database
    .prepare(`SELECT id FROM t WHERE ${condition.text} ORDER BY id`)
    .all(...condition.values);
  return { ids: rows.map(({ id }) => Number(id)), exact: condition.exact };
}

const wanted = (filter: Filter): number[] =>
  records.filter((record) => matches(record, filter)).map(({ id }) => id);

test('for filters at random: the same rows, or those and more where a field has no column', () => {
  fc.assert(
    fc.property(anyFilter(fields, records), (filter) => {
      const outcome = found(filter);
      if (outcome === null) return;
      if (outcome.exact) expect(outcome.ids).toEqual(wanted(filter));
      else expect(outcome.ids).toEqual(expect.arrayContaining(wanted(filter)));
    }),
    { seed: 6, numRuns: 2000 },
  );
});

test('every condition is 1 or 0, so that it can be turned round', () => {
  fc.assert(
    fc.property(anyFilter(fields, records), (filter) => {
      const condition = conditionOf(filter, columns);
      if (condition === null) return;
      const [row] = database
        .prepare(`SELECT count(*) AS nulls FROM t WHERE (${condition.text}) IS NULL`)
        .all(...condition.values);
      expect(row).toEqual({ nulls: 0 });
    }),
    { seed: 7, numRuns: 300 },
  );
});

describe('a field without a column', () => {
  const condition = (text: string) => conditionOf(parseFilter(text, fields), columns);
  test.each([
    ["place eq 'x'", null],
    ["place eq 'x' or name eq 'adele'", null],
    ["not (place eq 'x' and name eq 'adele')", null],
    ["place eq 'x' and name eq 'Adele'", { text: '(t.name IS ?)', values: ['adele'], exact: false }],
  ])('%s', (text, expected) => expect(condition(text)).toEqual(expected));
});

test('text that would be SQL is a value', () => {
  const filter = parseFilter(`name eq 'x'' OR 1=1 --' or contains(name,'%')`, fields);
  expect(conditionOf(filter, columns)?.text).toBe('((t.name IS ?) OR ifnull(instr(t.name, ?) > 0, 0))');
  expect(found(filter)?.ids).toEqual(wanted(filter));
});
