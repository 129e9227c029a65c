// Saves the rows of a table where the person says, as CSV or as JSON.
import { type ReactElement, useState } from 'react';
import { useStrings } from '../window-context.tsx';
import { Icon } from './icon.tsx';
import { Menu } from './menu.tsx';
import type { SaveFile } from './use-save.ts';
import { tableStrings } from './table-strings.ts';

export function ExportMenu({
  name,
  csv,
  json,
  save,
  titled = false,
}: {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly csv: () => string;
  readonly json: () => unknown;
  readonly save: SaveFile;
  /** With its word beside the drawing. */
  readonly titled?: boolean;
}): ReactElement {
  const strings = useStrings(tableStrings);
  const [busy, setBusy] = useState(false);
  const run = (file: Parameters<SaveFile>[0]): void => {
    setBusy(true);
    void save(file).finally(() => setBusy(false));
  };
  return (
    <Menu
      className={titled ? 'button' : 'button subtle icon-only'}
      label={strings.export}
      button={
        <>
          <Icon name="ui-export" />
          {titled && strings.export}
        </>
      }
    >
      {(close) => (
        <>
          <button
            type="button"
            disabled={busy}
            onClick={() => {
              close();
              run({ name: `${name}.csv`, mediaType: 'text/csv', text: csv() });
            }}
          >
            {strings.exportCsv}
          </button>
          <button
            type="button"
            disabled={busy}
            onClick={() => {
              close();
              run({ name: `${name}.json`, mediaType: 'application/json', text: jsonText(json()) });
            }}
          >
            {strings.exportJson}
          </button>
        </>
      )}
    </Menu>
  );
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
