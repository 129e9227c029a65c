// The head of a table: each title sorts. It is no tab stop: the up arrow goes there from the first row.
import type { KeyboardEvent, ReactElement } from 'react';
import type { SortDirection } from '../../shared/sorted-rows.ts';
import { Icon } from './icon.tsx';
import type { TableColumn } from './table-column.ts';

export type TableSort = { readonly column: string; readonly direction: SortDirection };

export function TableHead<R>({
  columns,
  sort,
  onSort,
}: {
  readonly columns: readonly TableColumn<R>[];
  readonly sort: TableSort | null;
  readonly onSort: (column: string) => void;
}): ReactElement {
  return (
    <thead onKeyDown={onKeyDown}>
      <tr aria-rowindex={1}>
        {columns.map((column) => (
          <th
            key={column.id}
            scope="col"
            className={column.number === true ? 'number' : undefined}
            aria-sort={sort?.column === column.id ? sort.direction : undefined}
          >
            {column.sortBy === undefined ? (
              column.title
            ) : (
              <button
                className={sort?.column === column.id ? 'sort sorted' : 'sort'}
                type="button"
                tabIndex={-1}
                onClick={() => onSort(column.id)}
              >
                {column.title}
                {sort?.column === column.id && (
                  <Icon name="ui-sort-down" className={`icon icon-small ${sort.direction}`} />
                )}
              </button>
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function onKeyDown(event: KeyboardEvent): void {
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  switch (event.key) {
    case 'ArrowRight':
      buttons[at + 1]?.focus();
      break;
    case 'ArrowLeft':
      buttons[at - 1]?.focus();
      break;
    case 'ArrowDown':
    case 'Escape':
      event.currentTarget.closest('table')?.focus();
      break;
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}
