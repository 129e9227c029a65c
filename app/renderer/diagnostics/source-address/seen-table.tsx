// The destinations in a grid with one tab stop: arrows move, Enter opens the details.
import { type KeyboardEvent, type ReactElement, useState } from 'react';
import type { SeenRow, SeenSection } from '../../../shared/seen-rows.ts';
import { rowAfterKey } from '../../../shared/table-keys.ts';
import { useStrings } from '../../window-context.tsx';
import { SeenTableRow } from './seen-table-row.tsx';
import { sourceAddressStrings } from './source-address-strings.ts';

/** How far the keys of a page go. */
const rowsOfPage = 10;

export function SeenTable({
  sections,
  organisation,
  chosen,
  choose,
}: {
  readonly sections: readonly SeenSection[];
  readonly organisation: string | null;
  readonly chosen: string | null;
  readonly choose: (row: SeenRow | null) => void;
}): ReactElement {
  const strings = useStrings(sourceAddressStrings);
  const rows = sections.flatMap((section) => section.rows);
  // By its key: rows come and go while one has the focus.
  const [current, setCurrent] = useState<string | null>(null);
  const found = rows.findIndex(({ key }) => key === current);
  const stop = Math.max(0, found);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const to = rowAfterKey(event.key, stop, rows.length, rowsOfPage);
    const row = rows[stop];
    if (to !== null) {
      setCurrent(rows[to]?.key ?? null);
      event.currentTarget.querySelectorAll<HTMLElement>('tr[data-row]')[to]?.focus();
    } else if (event.key === 'Enter' && row !== undefined) choose(row);
    else if (event.key === 'Escape' && chosen !== null) choose(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className="card table-wrap">
      <table role="grid" aria-label={strings.destinations} onKeyDown={onKeyDown}>
        <colgroup>
          {['destination', 'what', 'class', 'sees', 'location', 'verified'].map((name) => (
            <col key={name} className={name} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {strings.columns.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        {sections.map(({ group, rows: own }) => {
          const { title, note } = strings.groups[group](organisation);
          return (
            <tbody key={group}>
              <tr className="group">
                <th colSpan={6} scope="rowgroup">
                  <span className="cell">
                    <span>{title}</span>
                    <span className="caption">{note}</span>
                  </span>
                </th>
              </tr>
              {own.map((row) => (
                <SeenTableRow
                  key={row.key}
                  row={row}
                  chosen={row.key === chosen}
                  isStop={rows[stop] === row}
                  choose={() => {
                    setCurrent(row.key);
                    choose(row);
                  }}
                />
              ))}
            </tbody>
          );
        })}
      </table>
    </section>
  );
}
