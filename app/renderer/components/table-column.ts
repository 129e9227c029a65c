// A column of a table: how a row is shown in it, copied and exported.
import type { ReactNode } from 'react';
import type { CsvCell } from '../../shared/csv.ts';

export type TableColumn<R> = {
  readonly id: string;
  readonly title: string;
  /** Numbers stand at the right, and are sorted from the largest first. */
  readonly number?: boolean;
  /** The column that names the row; one in each table. */
  readonly names?: boolean;
  /** Depends on what `value` gives and nothing else of the row: a cell with the same value is not drawn again. */
  readonly cell: (row: R) => ReactNode;
  /** What is exported, copied and shown in full where the cell is cut. */
  readonly value: (row: R) => CsvCell;
  /** Absent: the table cannot be sorted by it. */
  readonly sortBy?: (row: R) => string | number;
};

/** A row that heads others. */
export type TableGroup = {
  readonly title: string;
  readonly caption: string;
  readonly expanded: boolean;
};
