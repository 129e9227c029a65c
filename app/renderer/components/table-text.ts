// Rows of a table as text: what is exported, and what is copied of one row.
import { type CsvCell, toCsv, withoutFormulas } from '../../shared/csv.ts';
import type { TableColumn } from './table-column.ts';

export function rowsAsCsv<R>(columns: readonly TableColumn<R>[], rows: readonly R[]): string {
  return toCsv(
    columns.map(({ title }) => title),
    rows.map((row) => columns.map((column) => column.value(row))),
  );
}

/** Tabs between the cells, as spreadsheets take them: none within a cell, and no formula that one would run. */
export function rowAsText<R>(columns: readonly TableColumn<R>[], row: R): string {
  return columns.map((column) => cellText(column.value(row))).join('\t');
}

function cellText(cell: CsvCell): string {
  if (typeof cell !== 'string') return String(cell ?? '');
  return withoutFormulas(cell.replaceAll(/[\t\r\n]+/g, ' '));
}
