// Which flows the traffic table shows, as values: search, action, class and time.
import type { FlowRecord } from '../../../../protocol/flow-record.ts';
import { programName, seenAddresses } from './flow-facts.ts';
import type { ShownFlow } from './flow-store.ts';

export const periods = ['minute', 'five-minutes', 'hour'] as const;
export type Period = (typeof periods)[number];

const minutesOf: Readonly<Record<Period, number>> = { minute: 1, 'five-minutes': 5, hour: 60 };

export type TrafficFilter = {
  /** As typed; every word must occur somewhere in the flow. */
  readonly search: string;
  readonly action: FlowRecord['action'] | null;
  readonly class: string | null;
  readonly period: Period | null;
};

export const noFilter: TrafficFilter = { search: '', action: null, class: null, period: null };

export function matchingFlows(
  rows: readonly ShownFlow[],
  filter: TrafficFilter,
  now: number,
): readonly ShownFlow[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  const since = filter.period === null ? '' : new Date(now - minutesOf[filter.period] * 60_000).toISOString();
  const { action, class: wanted } = filter;
  if (words.length === 0 && action === null && wanted === null && since === '') return rows;
  return rows.filter((row) => {
    const { flow, seen } = row;
    if (action !== null && flow.action !== action) return false;
    if (wanted !== null && seen?.class !== wanted) return false;
    if (flow.startedAt < since) return false;
    return words.length === 0 || hasEvery(words, row);
  });
}

/** The classes that occur, in alphabetical order. */
export function classesOf(rows: readonly ShownFlow[]): readonly string[] {
  const classes = new Set<string>();
  for (const { seen } of rows) if (seen !== null && seen.class !== null) classes.add(seen.class);
  return [...classes].sort();
}

/** What is searched of a flow, made once for each. */
const texts = new WeakMap<ShownFlow, string>();

function hasEvery(words: readonly string[], row: ShownFlow): boolean {
  let text = texts.get(row);
  if (text === undefined) {
    const { flow } = row;
    const parts = [flow.destination, programName(flow), flow.source, ...seenAddresses(row), flow.ruleId];
    text = [...parts, flow.reason, flow.detail ?? ''].join(' ').toLowerCase();
    texts.set(row, text);
  }
  return words.every((word) => text.includes(word));
}
