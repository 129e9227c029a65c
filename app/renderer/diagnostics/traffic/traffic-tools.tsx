// The tools over the traffic table.
import { type ReactElement, useMemo } from 'react';
import type { FlowRecord } from '../../../../protocol/flow-record.ts';
import { ColumnMenu } from '../../components/column-menu.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FilterMenu } from '../../components/filter-menu.tsx';
import { Icon } from '../../components/icon.tsx';
import { SearchField } from '../../components/search-field.tsx';
import type { TableColumn } from '../../components/table-column.ts';
import { tableStrings } from '../../components/table-strings.ts';
import type { SaveFile } from '../../components/use-save.ts';
import type { TableState } from '../../components/use-table-state.ts';
import { useStrings } from '../../window-context.tsx';
import type { ShownFlow } from './flow-store.ts';
import { classesOf, periods, type TrafficFilter } from './traffic-filter.ts';
import { trafficStrings } from './traffic-strings.ts';

const actions: readonly FlowRecord['action'][] = ['tunnel', 'direct', 'block'];

export function TrafficTools(props: {
  readonly rows: readonly ShownFlow[];
  readonly filter: TrafficFilter;
  readonly setFilter: (filter: TrafficFilter) => void;
  readonly frozen: boolean;
  readonly freeze: (frozen: boolean) => void;
  readonly clear: () => void;
  readonly columns: readonly TableColumn<ShownFlow>[];
  readonly table: TableState<ShownFlow>;
  readonly save: SaveFile;
  readonly csv: () => string;
  readonly json: () => unknown;
}): ReactElement {
  const { rows, filter, frozen } = props;
  const strings = useStrings(trafficStrings);
  const tools = useStrings(tableStrings);
  const set = (news: Partial<TrafficFilter>): void => props.setFilter({ ...filter, ...news });
  const classes = useMemo(() => classesOf(rows), [rows]);
  return (
    <div className="toolbar">
      <SearchField
        label={strings.search}
        placeholder={strings.searchIn}
        text={filter.search}
        change={(search) => set({ search })}
      />
      <FilterMenu
        title={strings.action}
        values={actions}
        nameOf={(action) => strings.actions[action]}
        chosen={filter.action}
        choose={(action) => set({ action })}
      />
      <FilterMenu
        title={strings.class}
        values={classes}
        nameOf={(name) => name}
        chosen={filter.class}
        choose={(name) => set({ class: name })}
      />
      <FilterMenu
        title={strings.time}
        values={periods}
        nameOf={(period) => strings.periods[period]}
        chosen={filter.period}
        choose={(period) => set({ period })}
      />
      <span className="grow" />
      <button
        className="button subtle"
        type="button"
        aria-pressed={frozen}
        onClick={() => props.freeze(!frozen)}
      >
        <Icon name={frozen ? 'ui-resume' : 'ui-pause'} />
        {frozen ? tools.resume : tools.freeze}
      </button>
      <ColumnMenu columns={props.columns} hidden={props.table.hidden} hide={props.table.hide} />
      <ExportMenu name="opengsa-traffic" save={props.save} csv={props.csv} json={props.json} />
      <button
        className="button subtle icon-only"
        type="button"
        aria-label={tools.clear}
        title={tools.clear}
        onClick={props.clear}
      >
        <Icon name="ui-clear" />
      </button>
    </div>
  );
}
