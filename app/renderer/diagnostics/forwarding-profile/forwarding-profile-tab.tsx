// The tab forwarding profile: what would become of a destination, and every rule by which that is decided.
import { type ReactElement, useMemo, useState } from 'react';
import { toCsv } from '../../../shared/csv.ts';
import { DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { focusTable } from '../../components/focus-table.ts';
import { Icon } from '../../components/icon.tsx';
import type { TableGroup } from '../../components/table-column.ts';
import { useSave } from '../../components/use-save.ts';
import { useTableState } from '../../components/use-table-state.ts';
import { useStrings } from '../../window-context.tsx';
import { useNotLive } from '../shown-bundle/use-not-live.ts';
import { useFaultWords } from '../use-fault-words.ts';
import { type ForwardingStrings, forwardingStrings } from './forwarding-strings.ts';
import { takeQuestion } from './policy-question.ts';
import { PolicyTester } from './policy-tester.tsx';
import { ProfileHead } from './profile-head.tsx';
import {
  noFilter,
  type PolicyGroup,
  type ProfileRow,
  type ProfileSection,
  type RuleRow,
} from './profile-rows.ts';
import { ruleColumns } from './rule-columns.tsx';
import { RuleDetails } from './rule-details.tsx';
import { RuleTools } from './rule-tools.tsx';
import { useProfiles } from './use-profiles.ts';
import { useRuleRows } from './use-rule-rows.ts';
import './forwarding-profile.css';

export function ForwardingProfileTab(): ReactElement {
  const strings = useStrings(forwardingStrings);
  const { known, refresh, classOf, ...asked } = useProfiles();
  const fault = useFaultWords(asked.fault);
  const [chosen, choose] = useState<string | null>(null);
  const [detailed, setDetailed] = useState(false);
  const [question, ask] = useState(firstQuestion);
  const { outcome, save, copyText } = useSave();
  const columns = useMemo(() => ruleColumns(strings, classOf), [strings, classOf]);
  const table = useTableState<ProfileRow>('rules', columns, null);
  const { sections, matching, filter, setFilter, isOpen, toggle, rows } = useRuleRows(
    known?.profiles,
    columns,
    table.sort,
  );
  const open = (row: ProfileRow): void => {
    if (row.kind === 'rule') setDetailed(true);
    else toggle(row.key);
  };
  const groupOf = (row: ProfileRow): TableGroup | null =>
    row.kind === 'rule'
      ? null
      : { title: row.policy.name, caption: captionOf(row, matching, strings), expanded: isOpen(row) };
  const allRules = matching.flatMap(({ rules }) => rules);
  const row = detailed
    ? rows.find((one): one is RuleRow => one.kind === 'rule' && one.key === chosen)
    : undefined;
  return (
    <>
      <div className="view-main forwarding">
        <ProfileHead profiles={known?.profiles ?? []}>
          <ExportMenu
            name="opengsa-forwarding-profile"
            save={save}
            csv={() => csvOf(allRules, columns)}
            json={() => (known?.profiles ?? []).flatMap(({ profile }) => profile ?? [])}
            titled
          />
          <RefreshButton refresh={refresh} />
        </ProfileHead>
        <PolicyTester asked={question} />
        <RuleTools
          {...{ sections, filter, setFilter, outcome, columns, table }}
          shownRules={allRules.length}
        />
        <DataTable
          label={strings.table}
          density="plain"
          columns={table.shown}
          sort={table.sort}
          onSort={table.sortBy}
          copy={(one) => void copyText(one.kind === 'rule' ? one.destinations.join('\n') : one.policy.name)}
          empty={
            <RulesEmpty
              isFiltered={sections.length > 0}
              sentence={fault ?? (known === null ? null : strings.noRules)}
              showAll={() => setFilter(noFilter)}
              refresh={refresh}
            />
          }
          {...{ rows, keyOf, groupOf, chosen, choose, open }}
        />
      </div>
      {row !== undefined && (
        <RuleDetails
          row={row}
          test={(destination) => ask({ destination })}
          close={() => {
            setDetailed(false);
            focusTable();
          }}
        />
      )}
    </>
  );
}

function RulesEmpty(props: {
  /** There are rules, and none matches. */
  readonly isFiltered: boolean;
  /** Why there are none; null while that is not known. */
  readonly sentence: string | null;
  readonly showAll: () => void;
  readonly refresh: () => void;
}): ReactElement | null {
  const strings = useStrings(forwardingStrings);
  const notLive = useNotLive();
  if (props.isFiltered) {
    return <EmptyState sentence={strings.noMatch} action={{ title: strings.showAll, run: props.showAll }} />;
  }
  if (props.sentence === null) return null;
  const action = notLive === null ? { title: strings.refresh, run: props.refresh } : null;
  return <EmptyState sentence={props.sentence} action={action} />;
}

function RefreshButton({ refresh }: { readonly refresh: () => void }): ReactElement {
  const strings = useStrings(forwardingStrings);
  const notLive = useNotLive();
  return (
    <button
      className="button"
      type="button"
      disabled={notLive !== null}
      title={notLive ?? undefined}
      onClick={refresh}
    >
      <Icon name="ui-refresh" />
      {strings.refresh}
    </button>
  );
}

function captionOf(
  { key, policy, profile }: PolicyGroup,
  shown: readonly ProfileSection[],
  strings: ForwardingStrings,
): string {
  const rules = shown.find(({ group }) => group.key === key)?.rules ?? [];
  const bypass = rules.filter(({ rule }) => rule.action === 'bypass').length;
  return [
    strings.rules(rules.length),
    ...(bypass > 0 ? [strings.bypassRules(bypass)] : []),
    ...(policy.state === 'disabled' ? [strings.policyDisabled] : []),
    ...(profile.enabled ? [] : [strings.profileOff]),
  ].join(', ');
}

function keyOf({ key }: ProfileRow): string {
  return key;
}

function firstQuestion(): { readonly destination: string } | null {
  const destination = takeQuestion();
  return destination === null ? null : { destination };
}

/** Every destination stands in the export, where the table has room for one. */
function csvOf(rules: readonly RuleRow[], columns: ReturnType<typeof ruleColumns>): string {
  return toCsv(
    columns.map(({ title }) => title),
    rules.map((row) =>
      columns.map((column) => (column.id === 'destination' ? row.destinations.join(' ') : column.value(row))),
    ),
  );
}
