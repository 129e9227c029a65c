// The tools over the traffic table.
import { type ReactElement, useMemo } from 'react';
import type { FlowRecord } from '../../../../protocol/flow-record.ts';
import { FilterMenu } from '../../components/filter-menu.tsx';
import { LiveTableTools, type LiveTableToolsProps } from '../../components/live-table-tools.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { useStrings } from '../../window-context.tsx';
import type { ShownFlow } from './flow-store.ts';
import { classesOf, periods, type TrafficFilter } from './traffic-filter.ts';
import { trafficStrings } from './traffic-strings.ts';

const actions: readonly FlowRecord['action'][] = ['tunnel', 'direct', 'block'];

export function TrafficTools(
  props: LiveTableToolsProps<ShownFlow> & {
    readonly rows: readonly ShownFlow[];
    readonly filter: TrafficFilter;
    readonly setFilter: (filter: TrafficFilter) => void;
  },
): ReactElement {
  const { rows, filter } = props;
  const strings = useStrings(trafficStrings);
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
      <LiveTableTools {...props} name="opengsa-traffic" />
    </div>
  );
}
