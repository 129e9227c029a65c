// One row of a table; drawn again only when something about it differs.
import { memo, type ReactElement } from 'react';
import { Icon } from './icon.tsx';
import { TableCell } from './table-cell.tsx';
import type { TableColumn, TableGroup } from './table-column.ts';

type TableRowProps<R> = {
  readonly id: string;
  readonly row: R;
  /** From 0, without the head. */
  readonly index: number;
  readonly columns: readonly TableColumn<R>[];
  readonly group: TableGroup | null;
  /** Rows stand under groups. */
  readonly nested: boolean;
  readonly chosen: boolean;
  readonly keyOf: (row: R) => string;
  readonly choose: (key: string) => void;
  readonly open: (row: R) => void;
};

export const TableRow = memo(PlainRow, isSame) as typeof PlainRow;

function PlainRow<R>(props: TableRowProps<R>): ReactElement {
  const { id, row, index, columns, group, nested, chosen } = props;
  const onClick = (): void => {
    props.choose(props.keyOf(row));
    props.open(row);
  };
  if (group !== null) {
    return (
      <tr
        id={id}
        className="group"
        aria-rowindex={index + 2}
        aria-level={1}
        aria-expanded={group.expanded}
        aria-selected={chosen}
        onClick={onClick}
      >
        <th colSpan={columns.length} scope="colgroup">
          <span className="cell">
            <Icon
              name={group.expanded ? 'ui-chevron-down' : 'ui-chevron-right'}
              className="icon icon-small"
            />
            <span>{group.title}</span>
            <span className="caption">{group.caption}</span>
          </span>
        </th>
      </tr>
    );
  }
  return (
    <tr
      id={id}
      aria-rowindex={index + 2}
      aria-level={nested ? 2 : undefined}
      aria-selected={chosen}
      onClick={onClick}
    >
      {columns.map((column) => (
        <TableCell key={column.id} {...{ column, row }} value={column.value(row)} />
      ))}
    </tr>
  );
}

/** Callbacks are made anew with every picture and do the same; groups are compared by what they show. */
function isSame<R>(a: TableRowProps<R>, b: TableRowProps<R>): boolean {
  return (
    a.row === b.row &&
    a.id === b.id &&
    a.columns === b.columns &&
    a.chosen === b.chosen &&
    a.group?.expanded === b.group?.expanded &&
    a.group?.title === b.group?.title &&
    a.group?.caption === b.group?.caption
  );
}
