// Finds entries of a log: indexes lead to candidates in the order of the answer, and no more of them are looked at than
// a reader can wait for.
import { z } from 'zod';
import { OpenGsaError } from '../../../protocol/error.ts';
import { boundsOf } from '../../core/odata/bounds.ts';
import { matches, selected } from '../../core/odata/evaluate.ts';
import type { Filter } from '../../core/odata/filter.ts';
import type { Query } from '../../core/odata/query.ts';
import { seeksOf } from '../../core/odata/seeks.ts';
import { type Columns, type Condition, conditionOf } from '../../core/odata/sql.ts';
import type { LogPage } from '../record-store.ts';
import type { Database } from './database.ts';
import { idsPerMs } from './record-keys.ts';

/** Candidates for one page, where the database alone says which are found. */
export const mostLookedAt = 10_000;
/** What it costs to say so of an entry, in candidates. */
const costOfEntry = 20;
const largestChunk = 2000;

export type LogTable = {
  /** Its `id` holds the time of `createdDateTime`, and its `record` the entry as JSON. */
  readonly name: string;
  readonly columns: Columns;
  readonly indexes: Readonly<Record<string, LogIndex>>;
  readonly entryOf: (id: number, record: string) => object;
  /** The property that names an entry. */
  readonly key: string;
};

export type LogIndex = {
  /** Has `id`s of the table in their order: `flows WHERE reason = ?`. */
  readonly from: string;
  /** About how many rows have the value; null where the index does not lead to it. */
  readonly cost: (value: string) => number | null;
  /** Values to look for in place of the one that was asked for, as `value`. */
  readonly through?: string;
  /** What comes before `id` in the order of the index, and rises with it. */
  readonly orderedBy?: string;
};

type Plan = {
  readonly sql: string;
  readonly values: Condition['values'];
  /** Says of a candidate that fulfils the condition whether it is found; null: it is. */
  readonly isFound: ((entry: object) => boolean) | null;
  readonly newestFirst: boolean;
  /** Ids, the first included, the second not. */
  readonly range: readonly [number, number];
};

type Scan = {
  readonly found: readonly Found[];
  /** The id of the last candidate, where not all were looked at; else null. */
  readonly stoppedAt: number | null;
};
type Found = { readonly id: number; readonly entry: object };

const candidateRow = z.object({ id: z.int(), record: z.string().nullable() });
const valueRow = z.object({ value: z.string() });

export function createLogSearch(database: Database, table: LogTable): (query: Query) => LogPage {
  return (query) => {
    const { skip, top, count } = query;
    // One more than the page tells whether there is another.
    const enough = count ? Number.POSITIVE_INFINITY : skip + top + 1;
    const { found, stoppedAt } = scan(database, table, planOf(database, table, query), enough);
    if (count && stoppedAt !== null) throw tooManyToCount();
    const page = found.slice(skip, skip + top);
    return {
      value: page.map(({ entry }) => withKey(entry, query.select, table.key)),
      count: count ? found.length : null,
      next: nextOf(found, stoppedAt, query),
    };
  };
}

function planOf(database: Database, table: LogTable, { filter, orderby, skiptoken }: Query): Plan {
  const newestFirst = orderby[0]?.descending ?? true;
  const after = skiptoken === null ? null : idOf(skiptoken);
  const bounds = filter === null ? null : boundsOf(filter, 'createdDateTime');
  const from = Math.max(0, (bounds?.from ?? 0) * idsPerMs);
  const below = Math.min(Number.MAX_SAFE_INTEGER, ((bounds?.to ?? Infinity) + 1) * idsPerMs);
  const condition = filter === null ? null : conditionOf(filter, table.columns);
  const source = sourceOf(database, table, filter, newestFirst);
  const order = newestFirst ? 'DESC' : 'ASC';
  const { name } = table;
  return {
    sql: `SELECT ${name}.id AS id, ${condition === null ? 'record' : `CASE WHEN ${condition.text} THEN record END AS record`}
      FROM (${source.text}) AS candidates CROSS JOIN ${name} ON ${name}.id = candidates.id
      ORDER BY candidates.id ${order}`,
    values: [...(condition?.values ?? []), ...source.values],
    isFound: filter === null || condition?.exact === true ? null : (entry) => matches(entry, filter),
    newestFirst,
    range: newestFirst
      ? [from, after === null ? below : Math.min(after, below)]
      : [after === null ? from : Math.max(after + 1, from), below],
  };
}

/** The next `$limit` candidates. Each index is asked for that many: what comes first of all is among them. */
function sourceOf(
  database: Database,
  table: LogTable,
  filter: Filter | null,
  newestFirst: boolean,
): { readonly text: string; readonly values: readonly string[] } {
  const order = newestFirst ? 'DESC' : 'ASC';
  const cut = `ORDER BY id ${order} LIMIT $limit`;
  const within = 'id >= $from AND id < $below';
  const places = filter === null ? null : placesOf(database, table, filter);
  if (places === null) return { text: `SELECT id FROM ${table.name} WHERE ${within} ${cut}`, values: [] };
  if (places.length === 0)
    return { text: `SELECT id FROM ${table.name} WHERE 0 AND ${within} ${cut}`, values: [] };
  const each = places.map(({ index: { from, orderedBy } }) => {
    const inOrder = orderedBy === undefined ? cut : cut.replace('id', `${orderedBy} ${order}, id`);
    return `SELECT id FROM (SELECT id FROM ${from} AND ${within} ${inOrder})`;
  });
  return { text: `${each.join(' UNION ')} ${cut}`, values: places.map(({ value }) => value) };
}

type Place = { readonly index: LogIndex; readonly value: string };

/** More places than these in one statement are no shorter way. */
const mostPlaces = 64;

function placesOf({ prepare, read }: Database, table: LogTable, filter: Filter): readonly Place[] | null {
  const costs = Object.fromEntries(Object.entries(table.indexes).map(([field, { cost }]) => [field, cost]));
  const seeks = seeksOf(filter, costs);
  const places = seeks?.flatMap(({ field, value }): Place[] => {
    const index = table.indexes[field];
    if (index === undefined) return [];
    const { through } = index;
    if (through === undefined) return [{ index, value }];
    return read(z.array(valueRow), prepare(through).all(value)).map((row) => ({ index, value: row.value }));
  });
  return places === undefined || places.length > mostPlaces ? null : places;
}

function scan({ prepare, read }: Database, table: LogTable, plan: Plan, enough: number): Scan {
  const statement = prepare(plan.sql);
  const { isFound, newestFirst } = plan;
  const chunk = isFound === null ? largestChunk : largestChunk / costOfEntry;
  const found: Found[] = [];
  let [from, below] = plan.range;
  let limit = Math.min(enough, chunk);
  for (let cost = 0; cost < mostLookedAt;) {
    const bounds = { $from: from, $below: below, $limit: limit };
    const rows = read(z.array(candidateRow), statement.all(bounds, ...plan.values));
    for (const { id, record } of rows) {
      if (record === null) continue;
      const entry = table.entryOf(id, record);
      if (isFound?.(entry) ?? true) found.push({ id, entry });
      if (isFound !== null) cost += costOfEntry;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit || found.length >= enough)
      return { found, stoppedAt: null };
    if (newestFirst) below = last.id;
    else from = last.id + 1;
    cost += rows.length;
    limit = Math.min(limit * 4, chunk);
  }
  return { found, stoppedAt: newestFirst ? below : from - 1 };
}

function nextOf(found: readonly Found[], stoppedAt: number | null, { skip, top }: Query): LogPage['next'] {
  const last = found[skip + top - 1];
  if (found.length > skip + top && last !== undefined) return { $skiptoken: String(last.id), $skip: '0' };
  if (stoppedAt === null) return null;
  return { $skiptoken: String(stoppedAt), $skip: String(Math.max(0, skip - found.length)) };
}

function withKey(entry: object, select: Query['select'], key: string): object {
  return selected(entry, select === null ? null : [key, ...select]);
}

function idOf(token: string): number {
  if (/^\d{1,16}$/.test(token) && Number.isSafeInteger(Number(token))) return Number(token);
  throw new OpenGsaError('bad-message', '$skiptoken: is not one that this collection gave');
}

function tooManyToCount(): OpenGsaError {
  return new OpenGsaError(
    'bad-message',
    '$count: there are too many entries to look at; filter by createdDateTime ge',
  );
}
