// The tools over the table of names.
import type { ReactElement } from 'react';
import type { HostnameRecord } from '../../../../protocol/hostname-record.ts';
import { FilterMenu } from '../../components/filter-menu.tsx';
import { LiveTableTools, type LiveTableToolsProps } from '../../components/live-table-tools.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { useStrings } from '../../window-context.tsx';
import { acquisitions, type HostnameFilter } from './hostname-filter.ts';
import { hostnameStrings } from './hostname-strings.ts';

export function HostnameTools(
  props: LiveTableToolsProps<HostnameRecord> & {
    readonly filter: HostnameFilter;
    readonly setFilter: (filter: HostnameFilter) => void;
  },
): ReactElement {
  const { filter } = props;
  const strings = useStrings(hostnameStrings);
  return (
    <div className="toolbar">
      <SearchField
        label={strings.search}
        placeholder={strings.searchIn}
        text={filter.search}
        change={(search) => props.setFilter({ ...filter, search })}
      />
      <FilterMenu
        title={strings.acquisition}
        values={acquisitions}
        nameOf={(value) => (value === 'acquired' ? strings.acquired : strings.notAcquired)}
        chosen={filter.acquisition}
        choose={(acquisition) => props.setFilter({ ...filter, acquisition })}
      />
      <LiveTableTools {...props} name="opengsa-hostnames" />
    </div>
  );
}
