// The tab hostname acquisition: which names programs asked for, and which of them come to the agent.
import { type ReactElement, useCallback, useMemo, useState } from 'react';
import type { HostnameRecord } from '../../../../protocol/hostname-record.ts';
import { localeOf } from '../../../../protocol/words/forms.ts';
import { DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { focusTable } from '../../components/focus-table.ts';
import { rowAsText, rowsAsCsv } from '../../components/table-text.ts';
import { useSave } from '../../components/use-save.ts';
import { useSortedRows } from '../../components/use-sorted-rows.ts';
import { useTableState } from '../../components/use-table-state.ts';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { useNotLive } from '../shown-bundle/use-not-live.ts';
import { useFaultWords } from '../use-fault-words.ts';
import { hostnameColumns } from './hostname-columns.tsx';
import { HostnameDetails } from './hostname-details.tsx';
import { type HostnameFilter, matchingNames } from './hostname-filter.ts';
import { hostnameStrings } from './hostname-strings.ts';
import { HostnameTools } from './hostname-tools.tsx';
import { useHostnames } from './use-hostnames.ts';
import './hostname-acquisition.css';

const noFilter: HostnameFilter = { search: '', acquisition: null };
const noNames: readonly HostnameRecord[] = [];

export function HostnameAcquisitionTab(): ReactElement {
  const strings = useStrings(hostnameStrings);
  const language = useLanguage();
  const [frozen, setFrozen] = useState(false);
  const [held, setHeld] = useState(false);
  const [filter, setFilter] = useState(noFilter);
  const [chosen, choose] = useState<string | null>(null);
  const [detailed, setDetailed] = useState(false);
  const { known, refresh, clear, ...asked } = useHostnames(frozen || held);
  const fault = useFaultWords(asked.fault);
  const all = known?.hostnames ?? noNames;
  const columns = useMemo(() => hostnameColumns(strings, language), [strings, language]);
  const table = useTableState('hostnames', columns, { column: 'last', direction: 'descending' });
  const matching = useMemo(() => matchingNames(all, filter), [all, filter]);
  const rows = useSortedRows(matching, columns, table.sort);
  const { outcome, save, copyText } = useSave();
  const copy = useCallback(
    (row: HostnameRecord) => void copyText(rowAsText(table.shown, row)),
    [copyText, table.shown],
  );
  const row = detailed ? all.find(({ name }) => name === chosen) : undefined;
  const notLive = useNotLive();
  const number = new Intl.NumberFormat(localeOf[language]);
  return (
    <>
      <div className="view-main hostnames">
        <div className="view-head">
          <div className="grow">
            <h1>{strings.title}</h1>
            <p className="quiet">{known?.acquiring === false ? strings.notAcquiring : strings.explanation}</p>
          </div>
        </div>
        <HostnameTools
          {...{ filter, setFilter, notLive, frozen, save, columns, table }}
          freeze={setFrozen}
          clear={() => void clear()}
          csv={() => rowsAsCsv(columns, rows)}
          json={() => rows}
        />
        <DataTable
          label={strings.names}
          density="dense"
          columns={table.shown}
          sort={table.sort}
          onSort={table.sortBy}
          open={() => setDetailed(true)}
          held={setHeld}
          empty={
            (known !== null || fault !== null) && (
              <HostnamesEmpty
                isFiltered={all.length > 0}
                why={fault ?? (known?.acquiring === false ? strings.notAcquiring : strings.noNames)}
                showAll={() => setFilter(noFilter)}
                refresh={notLive === null ? () => void refresh() : null}
              />
            )
          }
          {...{ rows, keyOf, chosen, choose, copy }}
        />
        <p className="caption foot">
          <span className="grow" role="status">
            {outcome ?? (all.length > 0 ? fault : null) ?? notLive}
          </span>
          <span>{strings.matching(number.format(rows.length), number.format(all.length))}</span>
        </p>
      </div>
      {row !== undefined && (
        <HostnameDetails
          row={row}
          close={() => {
            setDetailed(false);
            focusTable();
          }}
        />
      )}
    </>
  );
}

function HostnamesEmpty(props: {
  readonly isFiltered: boolean;
  readonly why: string;
  readonly showAll: () => void;
  /** Null where nobody could be asked again. */
  readonly refresh: (() => void) | null;
}): ReactElement {
  const strings = useStrings(hostnameStrings);
  if (props.isFiltered) {
    const action = { title: strings.showAll, run: props.showAll };
    return <EmptyState sentence={strings.noMatch} action={action} />;
  }
  const { refresh } = props;
  return (
    <EmptyState
      sentence={props.why}
      action={refresh === null ? null : { title: strings.refresh, run: refresh }}
    />
  );
}

function keyOf({ name }: HostnameRecord): string {
  return name;
}
