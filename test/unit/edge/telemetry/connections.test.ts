// What each connection carried, as it is written down from its beginning to its end.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConnectionRecord } from '../../../../edge/telemetry/connection-record.ts';
import { type Connections, createConnections } from '../../../../edge/telemetry/connections.ts';
import { parseAddress } from '../../../../protocol/address.ts';
import { exampleRecord } from '../../../support/example-records.ts';

let written: ConnectionRecord[];
let connections: Connections;
const connectionId = 'one';
beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 5, 1) });
  written = [];
  connections = createConnections((record) => written.push(record));
  connections.opened({
    id: connectionId,
    device: { thumbprint: 'T', name: null },
    protocol: 'h2',
    peer: { address: parseAddress('203.0.113.7')!, port: 51_515 },
  });
});
afterEach(() => {
  connections.finish();
  vi.useRealTimers();
});

const flow = (i: number, change = {}) => connections.flowEnded(exampleRecord(i, { connectionId, ...change }));

test('it is written when it begins, after its first flow, once a minute while it carries, and after its last', () => {
  expect(written).toMatchObject([{ id: 'one', isOpen: true, flows: 0, peerAddress: '203.0.113.7' }]);
  vi.advanceTimersByTime(600_000);
  expect(written).toHaveLength(1);
  flow(1, { statedAddress: '2001:db8::7', attestedIpv6: '2001:db8::7' });
  flow(2, { result: 'refused', bytesSent: 0, bytesReceived: 0, statedAddress: null, assurance: null });
  expect(written.slice(1)).toMatchObject([{ flows: 1, updatedAt: '2026-06-01T00:10:00.000Z' }]);
  vi.advanceTimersByTime(60_000);
  expect(written.slice(2)).toMatchObject([
    {
      ...{ flows: 2, refusedFlows: 1, bytesSent: 1200, bytesReceived: 5400, statedAddress: '2001:db8::7' },
      ...{
        attestedIpv6: '2001:db8::7',
        assurance: 'observed+attested',
        updatedAt: '2026-06-01T00:11:00.000Z',
      },
    },
  ]);
  connections.closed(connectionId);
  // Broken off with its connection.
  flow(3);
  vi.advanceTimersByTime(1000);
  expect(written.slice(3)).toMatchObject([{ flows: 3, isOpen: false, endedAt: '2026-06-01T00:11:00.000Z' }]);
  flow(4);
  vi.advanceTimersByTime(60_000);
  expect(written).toHaveLength(4);
});

test('an edge that ends writes what it knows', () => {
  flow(1);
  flow(2);
  connections.finish();
  expect(written.slice(2)).toMatchObject([{ flows: 2, isOpen: true, endedAt: null }]);
  connections.finish();
  expect(written).toHaveLength(3);
});
