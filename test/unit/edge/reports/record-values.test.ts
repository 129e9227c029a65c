// What is read off a flow's record for columns and properties alike.
import { expect, test } from 'vitest';
import { actionOf, addressesOf, hostOf, nameOf, traceOf } from '../../../../edge/reports/record-values.ts';
import { exampleRecord } from '../../../support/example-records.ts';

test.each([
  ['Login.Contoso.test:443', 'login.contoso.test', 'login.contoso.test'],
  ['203.0.113.7:443', '203.0.113.7', null],
  ['[2001:DB8::1]:443', '[2001:db8::1]', null],
  ['', '', null],
  ['login.contoso.test', 'login.contoso.test', 'login.contoso.test'],
])('the authority %j', (authority, host, name) => {
  expect(hostOf(authority)).toBe(host);
  expect(nameOf(host)).toBe(name);
});

test('an action, a trace and the addresses of a record', () => {
  expect(['refused', 'ended', 'reset'].map((result) => actionOf({ result: result as 'ended' }))).toEqual([
    ...['block', 'allow', 'allow'],
  ]);
  expect(traceOf('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')).toBe(
    '0af7651916cd43dd8448eb211c80319c',
  );
  expect([traceOf(null), traceOf('x')]).toEqual([null, null]);
  const record = exampleRecord(1, { attestedIpv6: '2001:db8::7', statedAddress: '2001:db8::7' });
  expect(addressesOf(record)).toEqual(new Set([record.peerAddress, '2001:db8::7', '192.0.2.20']));
});
