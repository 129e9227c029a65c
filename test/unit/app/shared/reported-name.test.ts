// The name by which reports know a flow's destination.
import { expect, test } from 'vitest';
import { reportedName } from '../../../../app/shared/reported-name.ts';

test.each([
  ['login.contoso.test:443', 'login.contoso.test'],
  ['login.contoso.test:8443', 'login.contoso.test:8443'],
  ['login.contoso.test', 'login.contoso.test'],
  ['192.0.2.7:443', '192.0.2.7'],
  ['[2001:db8::7]:443', '2001:db8::7'],
  ['[2001:db8::7]:8443', '[2001:db8::7]:8443'],
  ['2001:db8::443', '2001:db8::443'],
  ['*.sharepoint.com', '*.sharepoint.com'],
])('%s is %s', (destination, name) => {
  expect(reportedName(destination)).toBe(name);
});
