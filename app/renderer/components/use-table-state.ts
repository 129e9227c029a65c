// What a person chose about a table: order, columns, row and search. Remembered while the window lives.
import { useMemo, useState } from 'react';
import type { TableSort } from './table-head.tsx';
import type { TableColumn } from './table-column.ts';

type Remembered = { readonly sort: TableSort | null; readonly hidden: readonly string[] };

const remembered = new Map<string, Remembered>();

export type TableState<R> = {
  readonly sort: TableSort | null;
  readonly sortBy: (column: string) => void;
  readonly hidden: readonly string[];
  readonly hide: (columns: readonly string[]) => void;
  readonly shown: readonly TableColumn<R>[];
};

/** @param columns must be the same array until a column differs, or every row is drawn again */
export function useTableState<R>(
  table: string,
  columns: readonly TableColumn<R>[],
  first: TableSort | null,
): TableState<R> {
  const [state, setState] = useState<Remembered>(() => remembered.get(table) ?? { sort: first, hidden: [] });
  const change = (news: Partial<Remembered>): void => {
    const next = { ...state, ...news };
    remembered.set(table, next);
    setState(next);
  };
  const shown = useMemo(
    () => columns.filter(({ id }) => !state.hidden.includes(id)),
    [columns, state.hidden],
  );
  return {
    ...{ sort: state.sort, hidden: state.hidden, shown },
    sortBy(id) {
      const { sort } = state;
      const column = columns.find((other) => other.id === id);
      const initial = column?.number === true ? 'descending' : 'ascending';
      const other = sort?.direction === 'ascending' ? 'descending' : 'ascending';
      change({ sort: { column: id, direction: sort?.column === id ? other : initial } });
    },
    hide: (hidden) => change({ hidden }),
  };
}
