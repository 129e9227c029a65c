// A table of any length: only the rows in sight exist. One tab stop; keys move the chosen row, wherever it is.
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';
import { nextSlots, type RowSlots } from '../../shared/row-slots.ts';
import { rowAfterKey } from '../../shared/table-keys.ts';
import './data-table.css';
import type { TableColumn, TableGroup } from './table-column.ts';
import { TableHead, type TableSort } from './table-head.tsx';
import { TableRow } from './table-row.tsx';

const headHeight = 32;
const rowHeights = { plain: 32, dense: 28 } as const;
/** Rows drawn beyond each edge, for the moment in which the page scrolls before they are. */
const overscan = 4;

export type DataTableProps<R> = {
  readonly label: string;
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  readonly columns: readonly TableColumn<R>[];
  /** Absent: no row heads others. */
  readonly groupOf?: (row: R) => TableGroup | null;
  readonly density: keyof typeof rowHeights;
  readonly sort: TableSort | null;
  readonly onSort: (column: string) => void;
  readonly chosen: string | null;
  readonly choose: (key: string) => void;
  /** Enter or a click. For a group: opens or closes it. */
  readonly open: (row: R) => void;
  readonly copy: (row: R) => void;
  /** Somebody points at the table or is in it: rows should not move. */
  readonly held?: (held: boolean) => void;
  /** In place of rows, where there are none. */
  readonly empty: ReactNode;
};

export function DataTable<R>(props: DataTableProps<R>): ReactElement {
  const { rows, keyOf, columns, density, chosen, held } = props;
  const id = useId();
  const scroller = useRef<HTMLElement>(null);
  const rowHeight = rowHeights[density];
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
  });
  const chosenAt = useMemo(
    () => (chosen === null ? -1 : rows.findIndex((row) => keyOf(row) === chosen)),
    [rows, keyOf, chosen],
  );
  const items = virtualizer.getVirtualItems();
  const above = (items[0]?.start ?? headHeight) - headHeight;
  const below = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? headHeight) - headHeight);
  const isMounted = items.some(({ index }) => index === chosenAt);

  const keyAt = (at: number): string => {
    const row = rows[at];
    return row === undefined ? `row-${at}` : keyOf(row);
  };
  const slots = useSlots(items.map(({ index }) => keyAt(index)));
  const goTo = (at: number): void => {
    const row = rows[at];
    if (row === undefined) return;
    props.choose(keyOf(row));
    virtualizer.scrollToIndex(at);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const page = Math.floor(((scroller.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1;
    const at = rowAfterKey(event.key, chosenAt, rows.length, Math.max(1, page));
    const row = rows[chosenAt];
    if (event.key === 'ArrowUp' && chosenAt <= 0) focusHead(event.currentTarget);
    else if (at !== null) goTo(at);
    else if (row === undefined) return;
    else if (event.key === 'Enter' || opensGroup(event.key, props.groupOf?.(row))) props.open(row);
    else if (event.key === 'c' && (event.ctrlKey || event.metaKey)) props.copy(row);
    else return;
    event.preventDefault();
  };

  return (
    <section className="card table-wrap data-table" ref={scroller} {...useHeld(held)}>
      <table
        role={props.groupOf === undefined ? 'grid' : 'treegrid'}
        className={density === 'dense' ? 'dense' : undefined}
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={isMounted ? `${id}${chosenAt}` : undefined}
        onKeyDown={onKeyDown}
      >
        <colgroup>
          {columns.map((column) => (
            <col key={column.id} className={column.id} />
          ))}
        </colgroup>
        <TableHead columns={columns} sort={props.sort} onSort={props.onSort} />
        <tbody>
          <Spacer height={above} columns={columns.length} />
          {items.map(({ index }) => (
            <RowAt key={slots.get(keyAt(index))} {...{ props, index }} id={`${id}${index}`} />
          ))}
          <Spacer height={below} columns={columns.length} />
        </tbody>
      </table>
      {rows.length === 0 && props.empty}
    </section>
  );
}

function RowAt<R>({
  props: { rows, keyOf, columns, groupOf, chosen, choose, open },
  index,
  id,
}: {
  readonly props: DataTableProps<R>;
  readonly index: number;
  readonly id: string;
}): ReactElement | null {
  const row = rows[index];
  if (row === undefined) return null;
  return (
    <TableRow
      {...{ id, row, index, columns, choose, keyOf, open }}
      group={groupOf?.(row) ?? null}
      nested={groupOf !== undefined}
      chosen={keyOf(row) === chosen}
    />
  );
}

function useSlots(keys: readonly string[]): RowSlots {
  const shown = useRef<RowSlots>(new Map());
  const slots = nextSlots(shown.current, keys);
  useLayoutEffect(() => {
    shown.current = slots;
  });
  return slots;
}

/** Tells whether somebody points at an element or is in it. */
function useHeld(held: ((held: boolean) => void) | undefined) {
  const pointed = useRef(false);
  return {
    onPointerEnter: () => {
      pointed.current = true;
      held?.(true);
    },
    onPointerLeave: ({ currentTarget }: PointerEvent) => {
      pointed.current = false;
      held?.(currentTarget.contains(document.activeElement));
    },
    onFocus: () => held?.(true),
    onBlur: () => held?.(pointed.current),
  };
}

/** Stands for the rows out of sight. Its height is data: set on the element, which the page's policy allows. */
function Spacer({ height, columns }: { readonly height: number; readonly columns: number }): ReactNode {
  if (height <= 0) return null;
  return (
    <tr className="spacer" aria-hidden="true">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}

function opensGroup(key: string, group: TableGroup | null | undefined): boolean {
  if (group === null || group === undefined) return false;
  return key === ' ' || key === (group.expanded ? 'ArrowLeft' : 'ArrowRight');
}

function focusHead(table: Element): void {
  table.querySelector<HTMLElement>('thead button')?.focus();
}
