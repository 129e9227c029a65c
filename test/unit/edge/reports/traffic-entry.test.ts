// A flow's record as Graph's `networkAccessTraffic`: what is known stands in its property, the rest is null.
import { expect, test } from 'vitest';
import { trafficEntry, trafficEntryOf, trafficFields } from '../../../../edge/reports/traffic-entry.ts';
import { exampleRecord } from '../../../support/example-records.ts';

const at = Date.UTC(2026, 5, 1, 12);

test('a flow that was carried', () => {
  const record = exampleRecord(1, {
    ...{ attestedIpv6: '2001:db8::7', statedAddress: '2001:db8::7' },
    authority: 'Login.contoso.test:443',
    rule: { trafficType: 'm365', policy: 'Entra ID and Graph', id: 'rule-56' },
    class: 'proxy-v2',
    person: { issuer: 'https://login.contoso.test', subject: 'S-1', name: 'Ada' },
  });
  expect(trafficEntryOf(42, at, record)).toMatchObject({
    transactionId: '42',
    createdDateTime: '2026-06-01T12:00:00.000Z',
    startDateTime: record.startedAt,
    endDateTime: record.endedAt,
    connectionId: record.connectionId,
    trafficType: 'microsoft365',
    action: 'allow',
    operationStatus: 'success',
    deviceId: record.device.thumbprint,
    deviceName: record.device.name,
    sourceIp: record.peerAddress,
    observedIp: record.peerAddress,
    statedIp: '2001:db8::7',
    attestedIpv6: '2001:db8::7',
    destinationFQDN: 'login.contoso.test',
    destinationIp: '192.0.2.20',
    destinationPort: 443,
    networkProtocol: 'ipv4',
    sentBytes: 1200,
    receivedBytes: 5400,
    policyName: 'Entra ID and Graph',
    policyRuleId: 'rule-56',
    restorationClass: 'proxy-v2',
    assurance: 'observed+attested',
    reason: null,
    ...{ userId: 'S-1', userPrincipalName: 'Ada', userIssuer: 'https://login.contoso.test' },
    ...{ agentVersion: null, deviceOperatingSystem: null, headers: null },
  });
});

test('a flow that was refused, to an address', () => {
  const entry = trafficEntryOf(
    7,
    at,
    exampleRecord(1, {
      ...{ result: 'refused', reason: 'destination-not-allowed', rule: null, dialledAddress: null },
      ...{ authority: '[2001:db8::1]:8443', traceparent: null, person: null },
    }),
  );
  expect(entry).toMatchObject({
    ...{ action: 'block', operationStatus: 'failure', description: 'destination-not-allowed' },
    ...{ reason: 'destination-not-allowed', destinationFQDN: null, destinationIp: null },
    ...{ destinationPort: 8443, requestedDestination: '[2001:db8::1]:8443', networkProtocol: null },
    ...{ policyName: null, traceId: null, userId: null, userPrincipalName: null },
  });
  expect(Object.hasOwn(entry, 'trafficType')).toBe(false);
});

test('every entry is what its schema says, and every field that can be asked for is a property', () => {
  for (let i = 0; i < 200; i += 1) {
    const entry = trafficEntryOf(i, at, exampleRecord(i));
    expect(trafficEntry.parse(entry)).toEqual(entry);
  }
  expect(Object.keys(trafficEntry.shape)).toEqual(expect.arrayContaining(Object.keys(trafficFields)));
});
