// What a person types as a destination, and what is said of anything else.
import { expect, test } from 'vitest';
import { readAskedDestination } from '../../../../agent/policy/asked-destination.ts';
import { formatDestination } from '../../../../protocol/destination.ts';

test.each([
  ['login.contoso.test', 'login.contoso.test:443', 'login.contoso.test'],
  ['LOGIN.contoso.test.', 'login.contoso.test:443', 'login.contoso.test'],
  ['login.contoso.test:443', 'login.contoso.test:443', 'login.contoso.test'],
  ['login.contoso.test:8443', 'login.contoso.test:8443', 'login.contoso.test:8443'],
  ['192.0.2.7', '192.0.2.7:443', '192.0.2.7'],
  ['192.0.2.7:22', '192.0.2.7:22', '192.0.2.7:22'],
  ['2001:DB8::7', '[2001:db8::7]:443', '2001:db8::7'],
  ['[2001:db8::7]', '[2001:db8::7]:443', '2001:db8::7'],
  ['[2001:db8::7]:22', '[2001:db8::7]:22', '[2001:db8::7]:22'],
])('%s is %s', (text, destination, shown) => {
  const read = readAskedDestination(text);
  expect(read).toMatchObject({ kind: 'destination', shown });
  if (read.kind === 'destination') expect(formatDestination(read.destination)).toBe(destination);
});

test.each([
  ['https://login.contoso.test/x?y', 'is a URL; ask for its host, login.contoso.test'],
  ['*.contoso.test', 'is a pattern; ask for one host, such as any.contoso.test'],
  ['login.contoso.test:0', 'is no host, host:port or address'],
  ['login.contoso.test:99999', 'is no host, host:port or address'],
  ['[login.contoso.test]', 'is no host, host:port or address'],
  ['fe80::1%eth0', 'is no host, host:port or address'],
  ['192.0.2.300', 'is no host, host:port or address'],
  ['a b', 'is no host, host:port or address'],
  ['', 'is no host, host:port or address'],
])('%s %s', (text, fault) => {
  expect(readAskedDestination(text)).toEqual({ kind: 'fault', fault });
});
