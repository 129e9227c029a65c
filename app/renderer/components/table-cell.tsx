// One cell of a table; drawn again only when its value differs, whatever else of the row does.
import { memo, type ReactElement } from 'react';
import type { CsvCell } from '../../shared/csv.ts';
import type { TableColumn } from './table-column.ts';

type TableCellProps<R> = {
  readonly column: TableColumn<R>;
  readonly row: R;
  readonly value: CsvCell;
};

export const TableCell = memo(PlainCell, isSame) as typeof PlainCell;

function PlainCell<R>({ column, row, value }: TableCellProps<R>): ReactElement {
  const title = String(value ?? '');
  if (column.names === true) {
    return (
      <th scope="row" title={title}>
        {column.cell(row)}
      </th>
    );
  }
  if (column.number === true) {
    return (
      <td className="number" title={title}>
        <span className="amount">{column.cell(row)}</span>
      </td>
    );
  }
  return <td title={title}>{column.cell(row)}</td>;
}

function isSame<R>(a: TableCellProps<R>, b: TableCellProps<R>): boolean {
  return a.column === b.column && a.value === b.value;
}
