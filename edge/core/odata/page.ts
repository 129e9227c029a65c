// One page of a collection that is in memory.
import { matches, ordering, selected } from './evaluate.ts';
import type { Query } from './query.ts';

export type Page = {
  readonly value: readonly object[];
  /** Of all that match; null where nobody asked. */
  readonly count: number | null;
  /** The `$skip` of the next page; null where this is the last. */
  readonly nextSkip: number | null;
};

/** Filters, orders, cuts and selects. */
export function pageOf(records: readonly object[], query: Query): Page {
  const { filter, orderby, skip, top } = query;
  const found = filter === null ? records : records.filter((record) => matches(record, filter));
  const sorted = orderby.length === 0 ? found : found.toSorted(ordering(orderby));
  const end = skip + top;
  return {
    value: sorted.slice(skip, end).map((record) => selected(record, query.select)),
    count: query.count ? found.length : null,
    nextSkip: end < found.length ? end : null,
  };
}
