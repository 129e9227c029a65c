// Rows in the order of one column.

export type SortDirection = 'ascending' | 'descending';

/** Rows with equal values keep their order. Each value is read once: comparing is what costs with many rows. */
export function sortedRows<R>(
  rows: readonly R[],
  valueOf: (row: R) => string | number,
  direction: SortDirection,
): readonly R[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .sort((a, b) => (a.value === b.value ? 0 : a.value < b.value ? -sign : sign))
    .map(({ row }) => row);
}
