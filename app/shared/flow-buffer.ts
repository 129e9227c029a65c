// The flows that a window has heard of: the newest so many, each as it was last told.
import type { FlowRecord } from '../../protocol/flow-record.ts';

export type FlowBuffer<R> = {
  /** Enters rows that are new and replaces those that are known. The oldest make room. */
  readonly add: (rows: readonly R[]) => void;
  readonly get: (key: string) => R | undefined;
  /** Forgets everything, and what began up to `at` (ISO) for good: it may be told again. */
  readonly clear: (at: string) => void;
  /** Newest first; the same array until something changes. A few changes cost little, however many rows there are. */
  readonly list: () => readonly R[];
};

/** Identifies a flow also where an agent that started again counts from one. */
export function flowKey({ id, startedAt }: FlowRecord): string {
  return `${startedAt} ${id}`;
}

/** So many changes are entered one by one; with more of them, sorting everything anew is cheaper. */
const mostEntered = 500;

export function createFlowBuffer<R extends { readonly flow: FlowRecord }>(capacity: number): FlowBuffer<R> {
  const rows = new Map<string, R>();
  let clearedAt = '';
  let sorted: readonly R[] | null = [];
  /** What came or went since `sorted` was made. */
  const touched = new Map<string, R>();
  return {
    add(news) {
      for (const row of news) {
        if (row.flow.startedAt <= clearedAt) continue;
        const key = flowKey(row.flow);
        rows.set(key, row);
        touched.set(key, row);
      }
      // In the order in which they were first heard of.
      for (const [key, oldest] of rows) {
        if (rows.size <= capacity) break;
        rows.delete(key);
        touched.set(key, oldest);
      }
      if (touched.size > mostEntered) sorted = null;
    },
    get: (key) => rows.get(key),
    clear(at) {
      rows.clear();
      clearedAt = at;
      sorted = null;
    },
    list() {
      if (sorted === null) sorted = [...rows.values()].reverse().sort(byBegin);
      else if (touched.size > 0) sorted = changed(sorted, touched, rows);
      touched.clear();
      return sorted;
    },
  };
}

type Row = { readonly flow: FlowRecord };

function changed<R extends Row>(
  sorted: readonly R[],
  touched: ReadonlyMap<string, R>,
  rows: ReadonlyMap<string, R>,
): readonly R[] {
  const list = [...sorted];
  for (const [key, row] of touched) {
    const now = rows.get(key);
    const at = placeOf(row, list);
    const known = list[at];
    const isKnown = known !== undefined && byBegin(known, row) === 0;
    list.splice(at, isKnown ? 1 : 0, ...(now === undefined ? [] : [now]));
  }
  return list;
}

/** Where a row stands in a list from the newest to the oldest, or would stand. */
function placeOf(row: Row, list: readonly Row[]): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const other = list[middle];
    if (other !== undefined && byBegin(other, row) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function byBegin({ flow: a }: Row, { flow: b }: Row): number {
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? 1 : -1;
  return b.id - a.id;
}
