// The flows that a window has heard of: the newest so many, each as it was last told.
import type { FlowRecord } from '../../protocol/flow-record.ts';

export type FlowBuffer<R> = {
  /** Enters rows that are new and replaces those that are known. The oldest make room. */
  readonly add: (rows: readonly R[]) => void;
  readonly get: (key: string) => R | undefined;
  /** Forgets everything, and what began up to `at` (ISO) for good: it may be told again. */
  readonly clear: (at: string) => void;
  /** Newest first; the same array until something changes. */
  readonly list: () => readonly R[];
};

/** Identifies a flow also where an agent that started again counts from one. */
export function flowKey({ id, startedAt }: FlowRecord): string {
  return `${startedAt} ${id}`;
}

export function createFlowBuffer<R extends { readonly flow: FlowRecord }>(capacity: number): FlowBuffer<R> {
  const rows = new Map<string, R>();
  let clearedAt = '';
  let sorted: readonly R[] | null = [];
  return {
    add(news) {
      for (const row of news) {
        if (row.flow.startedAt > clearedAt) rows.set(flowKey(row.flow), row);
      }
      // In the order in which they were first heard of.
      for (const oldest of rows.keys()) {
        if (rows.size <= capacity) break;
        rows.delete(oldest);
      }
      sorted = null;
    },
    get: (key) => rows.get(key),
    clear(at) {
      rows.clear();
      clearedAt = at;
      sorted = null;
    },
    list: () => (sorted ??= [...rows.values()].reverse().sort(byBegin)),
  };
}

function byBegin(
  { flow: a }: { readonly flow: FlowRecord },
  { flow: b }: { readonly flow: FlowRecord },
): number {
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? 1 : -1;
  return b.id - a.id;
}
