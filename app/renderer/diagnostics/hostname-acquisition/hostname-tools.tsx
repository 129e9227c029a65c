// The tools over the table of names.
import type { ReactElement } from 'react';
import type { HostnameRecord } from '../../../../protocol/hostname-record.ts';
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
import { acquisitions, type HostnameFilter } from './hostname-filter.ts';
import { hostnameStrings } from './hostname-strings.ts';

export function HostnameTools(props: {
  readonly filter: HostnameFilter;
  readonly setFilter: (filter: HostnameFilter) => void;
  readonly frozen: boolean;
  readonly freeze: (frozen: boolean) => void;
  readonly clear: () => void;
  readonly columns: readonly TableColumn<HostnameRecord>[];
  readonly table: TableState<HostnameRecord>;
  readonly save: SaveFile;
  readonly csv: () => string;
  readonly json: () => unknown;
}): ReactElement {
  const { filter, frozen } = props;
  const strings = useStrings(hostnameStrings);
  const tools = useStrings(tableStrings);
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
      <ExportMenu name="opengsa-hostnames" save={props.save} csv={props.csv} json={props.json} />
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
