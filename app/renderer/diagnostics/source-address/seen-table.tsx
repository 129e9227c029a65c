// The destinations in a grid with one tab stop: arrows move, Enter opens the details.
import { type KeyboardEvent, type ReactElement, useState } from 'react';
import type { SeenRow, SeenSection } from '../../../shared/seen-rows.ts';
import { useStrings } from '../../window-context.tsx';
import { SeenTableRow } from './seen-table-row.tsx';
import { sourceAddressStrings } from './source-address-strings.ts';

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
  const [at, setAt] = useState(0);
  const stop = Math.min(at, rows.length - 1);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const to = targetOf(event.key, stop, rows.length);
    const row = rows[stop];
    if (to !== null) {
      setAt(to);
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
                    setAt(rows.indexOf(row));
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

function targetOf(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, count - 1);
    case 'ArrowUp':
      return Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
