import { expect, test } from 'vitest';
import { inspectedHost, inspectedHosts } from '../../../../agent/core/inspected-hosts.ts';
import { microsoftAuthentication } from '../../../../protocol/profiles/authentication.ts';
import { parseAuthority } from '../../../../protocol/destination.ts';

test('the four sign-in hosts are inspected, on the port of HTTPS', () => {
  expect(inspectedHosts).toHaveLength(4);
  for (const name of inspectedHosts) {
    expect(inspectedHost({ host: { kind: 'name', name }, port: 443 })).toBe(name);
    expect(microsoftAuthentication({ kind: 'name', name })).toBe('sign-in');
  }
});

test.each([
  'device.login.microsoftonline.com:443',
  'enterpriseregistration.windows.net:443',
  'a.login.microsoftonline.com:443',
  'login.microsoftonline.com.example.test:443',
  'xlogin.live.com:443',
  'login.microsoftonline.com:8443',
  'login.microsoftonline.com:80',
  '192.0.2.1:443',
  'graph.microsoft.com:443',
])('%s is not', (text) => {
  const destination = parseAuthority(text);
  expect(destination).not.toBeNull();
  expect(destination && inspectedHost(destination)).toBeNull();
});
