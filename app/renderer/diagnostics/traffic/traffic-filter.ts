// Which flows the traffic table shows, as values: search, action, class and time.
import type { FlowRecord } from '../../../../protocol/flow-record.ts';
import { createKeptFilter } from '../../../shared/kept-filter.ts';
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

export type FlowMatcher = (
  rows: readonly ShownFlow[],
  filter: TrafficFilter,
  now: number,
) => readonly ShownFlow[];

/** One for each table: it remembers which flows matched, so that those that come are all it looks at. */
export function createFlowMatcher(): FlowMatcher {
  const keep = createKeptFilter<ShownFlow>();
  let before = noFilter;
  let test = testOf(noFilter);
  return (rows, filter, now) => {
    const isSame = isSameButPeriod(filter, before);
    const narrows = narrowsTo(filter, before);
    if (!isSame) test = testOf(filter);
    before = filter;
    const matching = isSameButPeriod(filter, noFilter) ? rows : keep(rows, test, narrows);
    if (filter.period === null) return matching;
    const since = new Date(now - minutesOf[filter.period] * 60_000).toISOString();
    return matching.filter(({ flow }) => flow.startedAt >= since);
  };
}

function testOf({ search, action, class: wanted }: TrafficFilter): (row: ShownFlow) => boolean {
  const words = wordsOf(search);
  return (row) => {
    if (action !== null && row.flow.action !== action) return false;
    if (wanted !== null && row.seen?.class !== wanted) return false;
    return words.length === 0 || hasEvery(words, row);
  };
}

function isSameButPeriod(a: TrafficFilter, b: TrafficFilter): boolean {
  return a.search === b.search && a.action === b.action && a.class === b.class;
}

/** Whoever goes on typing looks for fewer flows among those that are found. */
function narrowsTo(filter: TrafficFilter, before: TrafficFilter): boolean {
  const goesOn = filter.search.startsWith(before.search) && wordsOf(before.search).length > 0;
  return goesOn && filter.action === before.action && filter.class === before.class;
}

function wordsOf(search: string): readonly string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean);
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
    text = [...parts, flow.reason, flow.detail ?? '', flow.person ?? ''].join(' ').toLowerCase();
    texts.set(row, text);
  }
  return words.every((word) => text.includes(word));
}
