// What every table that goes on by itself has at the right of its tools: hold it still, columns, export, clear.
import type { ReactElement } from 'react';
import { useStrings } from '../window-context.tsx';
import { ColumnMenu } from './column-menu.tsx';
import { ExportMenu } from './export-menu.tsx';
import { Icon } from './icon.tsx';
import type { TableColumn } from './table-column.ts';
import { tableStrings } from './table-strings.ts';
import type { SaveFile } from './use-save.ts';
import type { TableState } from './use-table-state.ts';

export type LiveTableToolsProps<R> = {
  /** Why the rows neither move nor can be cleared; null where they do. */
  readonly notLive: string | null;
  readonly frozen: boolean;
  readonly freeze: (frozen: boolean) => void;
  readonly clear: () => void;
  readonly columns: readonly TableColumn<R>[];
  readonly table: TableState<R>;
  readonly save: SaveFile;
  readonly csv: () => string;
  readonly json: () => unknown;
};

export function LiveTableTools<R>(
  props: LiveTableToolsProps<R> & {
    /** Of the exported file, without its ending. */
    readonly name: string;
  },
): ReactElement {
  const { name, notLive, frozen, table, save, csv, json } = props;
  const strings = useStrings(tableStrings);
  return (
    <>
      <span className="grow" />
      <button
        className="button subtle"
        type="button"
        aria-pressed={frozen}
        disabled={notLive !== null}
        title={notLive ?? undefined}
        onClick={() => props.freeze(!frozen)}
      >
        <Icon name={frozen ? 'ui-resume' : 'ui-pause'} />
        {frozen ? strings.resume : strings.freeze}
      </button>
      <ColumnMenu columns={props.columns} hidden={table.hidden} hide={table.hide} />
      <ExportMenu {...{ name, save, csv, json }} />
      <button
        className="button subtle icon-only"
        type="button"
        aria-label={strings.clear}
        title={notLive ?? strings.clear}
        disabled={notLive !== null}
        onClick={props.clear}
      >
        <Icon name="ui-clear" />
      </button>
    </>
  );
}
