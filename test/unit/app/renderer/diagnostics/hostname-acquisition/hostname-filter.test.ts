// Which names the table shows.
import { expect, test } from 'vitest';
import {
  type HostnameFilter,
  matchingNames,
} from '../../../../../../app/renderer/diagnostics/hostname-acquisition/hostname-filter.ts';
import { exampleHostname } from '../../../../../support/example-hostname.ts';

const rows = [
  exampleHostname(),
  exampleHostname({
    ...{ name: 'www.example.test', acquired: false, syntheticAddress: null, process: null, ruleId: null },
    originals: { ipv4: null, ipv6: ['2001:db8::5'] },
  }),
];

test.each<[HostnameFilter, string[]]>([
  [{ search: '', acquisition: null }, ['login.contoso.test', 'www.example.test']],
  [{ search: 'FIREFOX 198.18', acquisition: null }, ['login.contoso.test']],
  [{ search: '2001:db8', acquisition: null }, ['www.example.test']],
  [{ search: '', acquisition: 'acquired' }, ['login.contoso.test']],
  [{ search: 'login', acquisition: 'passed-by' }, []],
])('%j shows %j', (filter, names) => {
  expect(matchingNames(rows, filter).map(({ name }) => name)).toEqual(names);
});
