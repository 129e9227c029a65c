// The rows of a table in the order that the person chose.
import { useMemo } from 'react';
import { sortedRows } from '../../shared/sorted-rows.ts';
import type { TableColumn } from './table-column.ts';
import type { TableSort } from './table-head.tsx';

/** @param order the order in which `rows` come already; then nothing is sorted */
export function useSortedRows<R>(
  rows: readonly R[],
  columns: readonly TableColumn<R>[],
  sort: TableSort | null,
  order: TableSort | null = null,
): readonly R[] {
  return useMemo(() => {
    const { sortBy } = columns.find(({ id }) => id === sort?.column) ?? {};
    if (sort === null || sortBy === undefined) return rows;
    if (sort.column === order?.column && sort.direction === order.direction) return rows;
    return sortedRows(rows, sortBy, sort.direction);
  }, [rows, columns, sort, order]);
}
