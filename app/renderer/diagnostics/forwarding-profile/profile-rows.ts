// Profiles as rows: each policy heads its rules. Search, filters and order are applied within the policies.
import type { KnownProfile } from '../../../../protocol/known-profile.ts';
import type { Policy, Rule } from '../../../../protocol/profile.ts';
import { type SortDirection, sortedRows } from '../../../shared/sorted-rows.ts';

export type PolicyGroup = {
  readonly kind: 'policy';
  readonly key: string;
  readonly profile: KnownProfile;
  readonly policy: Policy;
};
export type RuleRow = {
  readonly kind: 'rule';
  readonly key: string;
  readonly group: PolicyGroup;
  readonly rule: Rule;
  /** Everything that the rule names, in words. */
  readonly destinations: readonly string[];
};
export type ProfileRow = PolicyGroup | RuleRow;

export type ProfileSection = { readonly group: PolicyGroup; readonly rules: readonly RuleRow[] };

export type RuleFilter = {
  readonly search: string;
  /** The key of its group. */
  readonly policy: string | null;
  readonly action: Rule['action'] | null;
  readonly hardening: Rule['clientFallbackAction'] | null;
};

export const noFilter: RuleFilter = { search: '', policy: null, action: null, hardening: null };

export function sectionsOf(profiles: readonly KnownProfile[]): readonly ProfileSection[] {
  return profiles.flatMap((profile) =>
    (profile.profile?.policies ?? []).map((policy, i) => {
      const group: PolicyGroup = { kind: 'policy', key: `${profile.name} ${i}`, profile, policy };
      const rules = policy.rules.map((rule): RuleRow => {
        return {
          kind: 'rule',
          key: `${group.key} ${rule.id}`,
          group,
          rule,
          destinations: destinationsOf(rule),
        };
      });
      return { group, rules };
    }),
  );
}

/** Policies with rules that match; one without any is left out, unless nothing is filtered. */
export function matchingSections(
  sections: readonly ProfileSection[],
  filter: RuleFilter,
): readonly ProfileSection[] {
  if (filter === noFilter) return sections;
  return sections
    .filter(({ group }) => filter.policy === null || group.key === filter.policy)
    .map(({ group, rules }) => ({ group, rules: rules.filter((row) => matches(row, filter)) }))
    .filter(({ rules }) => rules.length > 0);
}

function matches({ rule, destinations }: RuleRow, { search, action, hardening }: RuleFilter): boolean {
  if (action !== null && rule.action !== action) return false;
  if (hardening !== null && rule.clientFallbackAction !== hardening) return false;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) =>
    [rule.id, rule.name, ...destinations].some((text) => text.toLowerCase().includes(word)),
  );
}

/** The rows of open policies after their policy. */
export function rowsOf(
  sections: readonly ProfileSection[],
  isOpen: (group: PolicyGroup) => boolean,
  order: { readonly valueOf: (row: RuleRow) => string | number; readonly direction: SortDirection } | null,
): readonly ProfileRow[] {
  return sections.flatMap(({ group, rules }): readonly ProfileRow[] => {
    if (!isOpen(group)) return [group];
    return [group, ...(order === null ? rules : sortedRows(rules, order.valueOf, order.direction))];
  });
}

function destinationsOf(rule: Rule): readonly string[] {
  switch (rule.ruleType) {
    case 'ipRange':
      return rule.destinations.map(({ beginAddress, endAddress }) => `${beginAddress}-${endAddress}`);
    case 'webCategory':
      return rule.destinations.map(({ name, displayName }) => displayName ?? name);
    default:
      return rule.destinations.map(({ value }) => value);
  }
}
