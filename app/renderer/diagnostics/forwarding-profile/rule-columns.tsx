// The columns of the table of rules.
import type { ReactNode } from 'react';
import type { Rule } from '../../../../protocol/profile.ts';
import { Icon } from '../../components/icon.tsx';
import type { TableColumn } from '../../components/table-column.ts';
import type { RuleColumn, ForwardingStrings } from './forwarding-strings.ts';
import type { ProfileRow, RuleRow } from './profile-rows.ts';

type Column = TableColumn<ProfileRow> & { readonly id: RuleColumn };

const kinds = {
  fqdn: 'names',
  ipSubnet: 'networks',
  ipAddress: 'addresses',
  ipRange: 'ranges',
  url: 'others',
  webCategory: 'others',
} as const;
/** The highest category wins among the rules of a profile. */
const rank = { optimized: 1, allow: 2, default: 3 } as const;

/** @param classOf what is known of the class of a rule's destinations; empty where nothing is */
export function ruleColumns(
  strings: ForwardingStrings,
  classOf: (row: RuleRow) => string,
): readonly Column[] {
  const text = (id: RuleColumn, value: (row: RuleRow) => string, more: Partial<Column> = {}): Column => {
    const valueOf = (row: ProfileRow): string => (row.kind === 'rule' ? value(row) : '');
    return { ...{ id, title: strings.columns[id], value: valueOf, cell: valueOf, sortBy: valueOf }, ...more };
  };
  return [
    text('priority', ({ rule }) => strings.categories[rule.category], {
      sortBy: (row) => (row.kind === 'rule' ? rank[row.rule.category] : 0),
    }),
    text('destination', (row) => summary(row, strings), { names: true }),
    text('protocol', ({ rule }) => rule.protocol.toUpperCase()),
    text('port', ({ rule }) => rule.ports.join(', ')),
    text('action', ({ rule }) => strings.actions[rule.action], {
      cell: (row) => row.kind === 'rule' && <Action rule={row.rule} strings={strings} />,
    }),
    text('class', classOf),
    // A rule that bypasses the tunnel does not need it.
    text('hardening', ({ rule }) =>
      rule.action === 'bypass' ? '' : strings.hardenings[rule.clientFallbackAction],
    ),
    text('rule', ({ rule }) => rule.id),
  ];
}

/** `login.microsoftonline.com and 24 more names` */
export function summary(
  { rule, destinations: [first = '', ...others] }: RuleRow,
  strings: ForwardingStrings,
) {
  return others.length === 0 ? first : `${first} ${strings.more[kinds[rule.ruleType]](others.length)}`;
}

function Action({ rule, strings }: { readonly rule: Rule; readonly strings: ForwardingStrings }): ReactNode {
  return (
    <span className="cell">
      <Icon name={rule.action === 'forward' ? 'ui-tunnel' : 'ui-bypass'} className="icon icon-small" />
      <span>{strings.actions[rule.action]}</span>
    </span>
  );
}
