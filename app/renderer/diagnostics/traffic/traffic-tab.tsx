// The tab traffic: every connection as it comes and goes, and what is known of the one that is chosen.
import { type ReactElement, useCallback, useMemo, useState } from 'react';
import { flowKey } from '../../../shared/flow-buffer.ts';
import { DataTable } from '../../components/data-table.tsx';
import { focusTable } from '../../components/focus-table.ts';
import { jsonText } from '../../components/export-menu.tsx';
import { useSortedRows } from '../../components/use-sorted-rows.ts';
import { rowAsText, rowsAsCsv } from '../../components/table-text.ts';
import { useSave } from '../../components/use-save.ts';
import { useTableState } from '../../components/use-table-state.ts';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { useShownTime } from '../diagnostics-context.ts';
import { flowColumns } from './flow-columns.tsx';
import { FlowDetails } from './flow-details.tsx';
import { useNotLive } from '../shown-bundle/use-not-live.ts';
import type { ShownFlow } from './flow-store.ts';
import { createFlowMatcher, noFilter } from './traffic-filter.ts';
import { TrafficEmpty } from './traffic-empty.tsx';
import { TrafficFoot } from './traffic-foot.tsx';
import { trafficStrings } from './traffic-strings.ts';
import { TrafficTools } from './traffic-tools.tsx';
import { useFlows } from './use-flows.ts';
import './traffic.css';

/** The order in which they come. */
const newestFirst = { column: 'begin', direction: 'descending' } as const;

export function TrafficTab(): ReactElement {
  const strings = useStrings(trafficStrings);
  const language = useLanguage();
  const [frozen, setFrozen] = useState(false);
  const [held, setHeld] = useState(false);
  const [filter, setFilter] = useState(noFilter);
  const [chosen, choose] = useState<string | null>(null);
  const [detailed, setDetailed] = useState(false);
  const { flows, live, clear } = useFlows(frozen || held);
  const columns = useMemo(() => flowColumns(strings, language), [strings, language]);
  const table = useTableState('traffic', columns, newestFirst);
  const timeOf = useShownTime();
  const notLive = useNotLive();
  const [match] = useState(createFlowMatcher);
  const matching = useMemo(() => match(flows, filter, timeOf()), [match, flows, filter, timeOf]);
  const rows = useSortedRows(matching, columns, table.sort, newestFirst);
  const { outcome, save, copyText } = useSave();
  const copy = useCallback(
    (row: ShownFlow) => void copyText(rowAsText(table.shown, row)),
    [copyText, table.shown],
  );
  const shown = detailed ? (live.find((row) => keyOf(row) === chosen) ?? null) : null;
  const closeDetails = (): void => {
    setDetailed(false);
    focusTable();
  };
  return (
    <>
      <div className="view-main traffic">
        <h1 className="visually-hidden">{strings.title}</h1>
        <TrafficTools
          {...{ filter, setFilter, frozen, save, columns, table }}
          rows={flows}
          notLive={notLive}
          freeze={setFrozen}
          clear={() => {
            clear();
            setDetailed(false);
          }}
          csv={() => rowsAsCsv(columns, rows)}
          json={() => rows.map(({ flow, seen }) => ({ ...flow, seenAs: seen }))}
        />
        <DataTable
          label={strings.flows}
          density="dense"
          columns={table.shown}
          sort={table.sort}
          onSort={table.sortBy}
          open={() => setDetailed(true)}
          held={setHeld}
          empty={<TrafficEmpty isFiltered={flows.length > 0} showAll={() => setFilter(noFilter)} />}
          {...{ rows, keyOf, chosen, choose, copy }}
        />
        <TrafficFoot {...{ frozen, held, outcome }} matching={rows.length} all={flows.length} />
      </div>
      {shown !== null && (
        <FlowDetails shown={shown} close={closeDetails} copy={() => void copyText(jsonText(shown.flow))} />
      )}
    </>
  );
}

function keyOf({ flow }: ShownFlow): string {
  return flowKey(flow);
}
