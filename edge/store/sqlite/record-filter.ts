// A filter of flow records as SQL: values are parameters, and one index leads the search, in the order of the answer.
import type { RecordFilter } from '../record-store.ts';
import { addressKey, hostOf, idsPerMs, lastId } from './record-keys.ts';

export type Search = {
  /** Between `SELECT …` and `ORDER BY`. */
  readonly from: string;
  /** The column of the ids to order by. */
  readonly id: string;
  readonly values: readonly (string | number)[];
};

type Condition = { readonly text: string; readonly values: readonly string[] };

/**
 * @param named the certificates of the device that `deviceName` names; null where it names none
 * @param before only smaller ids: where a page begins; null for the first page
 */
export function searchOf(
  filter: RecordFilter,
  named: readonly string[] | null,
  before: number | null,
): Search {
  const { address, from = 0, to } = filter;
  const end = to === undefined ? lastId : Math.ceil(to * idsPerMs);
  const range = [Math.ceil(from * idsPerMs), Math.min(end, before ?? lastId)];
  const byAddress = address !== undefined;
  const id = byAddress ? 'addresses.id' : 'flows.id';
  const [leading, ...others] = [
    ...(byAddress ? [{ text: 'addresses.address = ?', values: [addressKey(address)] }] : []),
    ...conditions(filter, named),
  ];
  const texts = [
    `${id} >= ? AND ${id} < ?`,
    ...(leading === undefined ? [] : [leading.text]),
    // With the sign SQLite leaves the column's index alone: the leading one finds fewer rows, and has them in order.
    ...others.map(({ text }) => `+${text}`),
  ];
  return {
    from: `FROM ${byAddress ? 'addresses CROSS JOIN flows ON flows.id = addresses.id' : 'flows'} WHERE ${texts.join(' AND ')}`,
    id,
    values: [...range, ...(leading?.values ?? []), ...others.flatMap(({ values }) => values)],
  };
}

/** The one that is likely to find the fewest rows first. */
function conditions(filter: RecordFilter, named: readonly string[] | null): readonly Condition[] {
  const { trace, thumbprint, host, reason, action } = filter;
  const equal = (column: string, value: string | undefined): readonly Condition[] =>
    value === undefined ? [] : [{ text: `flows.${column} = ?`, values: [value] }];
  return [
    // Every digit is below g.
    ...(trace === undefined ? [] : [{ text: 'flows.trace BETWEEN ? AND ?', values: [trace, `${trace}g`] }]),
    ...equal('thumbprint', thumbprint),
    ...(named === null
      ? []
      : [{ text: `flows.thumbprint IN (${named.map(() => '?').join(', ')})`, values: named }]),
    ...equal('host', host === undefined ? undefined : hostOf(host)),
    ...equal('reason', reason),
    ...equal('action', action),
    ...equal('class', filter.class),
  ];
}
