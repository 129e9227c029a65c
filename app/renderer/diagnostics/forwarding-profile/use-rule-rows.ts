// The rows of the rules' table: what the filter leaves, under their policies, opened or closed.
import { useCallback, useMemo, useState } from 'react';
import type { TableSort } from '../../components/table-head.tsx';
import {
  matchingSections,
  noFilter,
  type PolicyGroup,
  type ProfileSection,
  rowsOf,
  sectionsOf,
} from './profile-rows.ts';
import type { ruleColumns } from './rule-columns.tsx';

/** Longer policies are closed at first, so that all policies are in sight. */
const openedRules = 4;

export function useRuleRows(
  profiles: Parameters<typeof sectionsOf>[0] | undefined,
  columns: ReturnType<typeof ruleColumns>,
  sort: TableSort | null,
) {
  const [filter, setFilter] = useState(noFilter);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const sections = useMemo(() => sectionsOf(profiles ?? []), [profiles]);
  const matching: readonly ProfileSection[] = useMemo(
    () => matchingSections(sections, filter),
    [sections, filter],
  );
  const isOpen = useCallback(
    (group: PolicyGroup) =>
      (filter !== noFilter || group.policy.rules.length <= openedRules) !== toggled.has(group.key),
    [filter, toggled],
  );
  const rows = useMemo(() => {
    const { sortBy } = columns.find(({ id }) => id === sort?.column) ?? {};
    return rowsOf(matching, isOpen, sort && sortBy ? { valueOf: sortBy, direction: sort.direction } : null);
  }, [matching, isOpen, columns, sort]);
  const toggle = (key: string): void => setToggled(withToggled(toggled, key));
  return { sections, matching, filter, setFilter, isOpen, toggle, rows };
}

function withToggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return new Set(keys.has(key) ? [...keys].filter((other) => other !== key) : [...keys, key]);
}
