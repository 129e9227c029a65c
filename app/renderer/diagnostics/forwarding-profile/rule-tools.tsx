// The tools over the table of rules.
import type { ReactElement } from 'react';
import { ColumnMenu } from '../../components/column-menu.tsx';
import { FilterMenu } from '../../components/filter-menu.tsx';
import { SearchField } from '../../components/search-field.tsx';
import type { TableColumn } from '../../components/table-column.ts';
import type { TableState } from '../../components/use-table-state.ts';
import { useStrings } from '../../window-context.tsx';
import { forwardingStrings } from './forwarding-strings.ts';
import type { ProfileRow, ProfileSection, RuleFilter } from './profile-rows.ts';

const actions = ['forward', 'bypass'] as const;
const hardenings = ['block', 'bypass'] as const;

export function RuleTools({
  sections,
  filter,
  setFilter,
  shownRules,
  outcome,
  columns,
  table,
}: {
  readonly sections: readonly ProfileSection[];
  readonly filter: RuleFilter;
  readonly setFilter: (filter: RuleFilter) => void;
  readonly shownRules: number;
  readonly outcome: string | null;
  readonly columns: readonly TableColumn<ProfileRow>[];
  readonly table: TableState<ProfileRow>;
}): ReactElement {
  const strings = useStrings(forwardingStrings);
  const set = (news: Partial<RuleFilter>): void => setFilter({ ...filter, ...news });
  const names = new Map(sections.map(({ group }) => [group.key, group.policy.name]));
  return (
    <div className="toolbar">
      <SearchField
        label={strings.search}
        placeholder={strings.searchIn}
        text={filter.search}
        change={(search) => set({ search })}
      />
      <FilterMenu
        title={strings.policy}
        values={[...names.keys()]}
        nameOf={(key) => names.get(key) ?? key}
        chosen={filter.policy}
        choose={(policy) => set({ policy })}
      />
      <FilterMenu
        title={strings.action}
        values={actions}
        nameOf={(action) => strings.actions[action]}
        chosen={filter.action}
        choose={(action) => set({ action })}
      />
      <FilterMenu
        title={strings.hardening}
        values={hardenings}
        nameOf={(hardening) => strings.hardenings[hardening]}
        chosen={filter.hardening}
        choose={(hardening) => set({ hardening })}
      />
      <span className="grow caption" role="status">
        {outcome}
      </span>
      <span className="caption">{strings.rules(shownRules)}</span>
      <ColumnMenu columns={columns} hidden={table.hidden} hide={table.hide} />
    </div>
  );
}
