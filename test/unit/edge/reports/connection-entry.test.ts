// A connection's record as Graph's `connection`.
import { expect, test } from 'vitest';
import {
  connectionEntry,
  connectionEntryOf,
  connectionFields,
  connectionStatus,
} from '../../../../edge/reports/connection-entry.ts';
import { exampleConnection, exampleStart } from '../../../support/example-records.ts';

test('an open connection with both addresses', () => {
  const record = exampleConnection(1, {
    ...{ flows: 5, refusedFlows: 2, bytesSent: 10, bytesReceived: 20 },
    ...{ peerAddress: '2001:db8::9', statedAddress: '203.0.113.9' },
  });
  const entry = connectionEntryOf(exampleStart, record);
  expect(connectionEntry.parse(entry)).toEqual(entry);
  expect(entry).toMatchObject({
    id: 'connection-1',
    createdDateTime: '2026-01-01T00:00:00.000Z',
    lastUpdateDateTime: record.updatedAt,
    endDateTime: null,
    status: 'active',
    trafficType: 'all',
    deviceId: record.device.thumbprint,
    deviceName: 'laptop-1',
    ...{ sourceIp: '2001:db8::9', observedIp: '2001:db8::9', statedIp: '203.0.113.9' },
    networkProtocol: 'ipv6',
    ...{ transactionCount: 5, transactionBlockCount: 2, sentBytes: 10, receivedBytes: 20 },
    ...{ destinationFqdn: null, destinationIp: null, userId: null, agentVersion: null },
  });
});

test.each([
  [true, 0, 'open'],
  [true, 1, 'active'],
  [false, 0, 'closed'],
  [false, 9, 'closed'],
])('open: %s, with %i flows: %s', (isOpen, flows, status) =>
  expect(connectionStatus({ isOpen, flows })).toBe(status),
);

test('every field that can be asked for is a property', () => {
  expect(Object.keys(connectionEntry.shape)).toEqual(expect.arrayContaining(Object.keys(connectionFields)));
});
