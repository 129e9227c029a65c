// Profiles as rows of a table.
import { expect, test } from 'vitest';
import {
  matchingSections,
  noFilter,
  type RuleFilter,
  rowsOf,
  sectionsOf,
} from '../../../../../../app/renderer/diagnostics/forwarding-profile/profile-rows.ts';
import { exampleProfile } from '../../../../../support/example-profile.ts';

const sections = sectionsOf([
  exampleProfile('custom', { Contoso: [{ id: 'contoso-1', values: ['login.contoso.test'] }] }),
  exampleProfile('microsoft', {
    Entra: [
      { id: 'ms-56', values: ['login.microsoftonline.com', '*.msauth.net'] },
      { id: 'ms-59', values: ['20.190.128.0/18'], more: { ruleType: 'ipSubnet', action: 'bypass' } },
    ],
  }),
]);
const shown = (filter: Partial<RuleFilter>) =>
  matchingSections(sections, { ...noFilter, ...filter }).flatMap(({ rules }) =>
    rules.map(({ rule }) => rule.id),
  );

test.each<[Partial<RuleFilter>, string[]]>([
  [{}, ['contoso-1', 'ms-56', 'ms-59']],
  [{ search: 'MSAUTH' }, ['ms-56']],
  [{ search: '20.190' }, ['ms-59']],
  [{ search: 'contoso-1' }, ['contoso-1']],
  [{ action: 'bypass' }, ['ms-59']],
  [{ hardening: 'bypass' }, []],
  [{ policy: 'microsoft 0' }, ['ms-56', 'ms-59']],
])('%j shows %j', (filter, ids) => {
  expect(shown(filter)).toEqual(ids);
});

test('a closed policy keeps its rules to itself, an open one shows them in the chosen order', () => {
  const keys = (open: string, direction: 'ascending' | 'descending' | null) =>
    rowsOf(
      sections,
      ({ key }) => key === open,
      direction && { valueOf: ({ rule }) => rule.id, direction },
    ).map((row) => (row.kind === 'policy' ? row.policy.name : row.rule.id));
  expect(keys('', null)).toEqual(['Contoso', 'Entra']);
  expect(keys('microsoft 0', 'descending')).toEqual(['Contoso', 'Entra', 'ms-59', 'ms-56']);
});
