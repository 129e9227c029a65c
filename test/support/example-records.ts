// Records of flows as an edge of ten thousand devices writes them, the same from the same number.
import type { ConnectionRecord } from '../../edge/telemetry/connection-record.ts';
import type { FlowLogRecord } from '../../edge/telemetry/flow-log.ts';

const hosts = ['login', 'app', 'wiki', 'mail', 'fs', 'shop', 'git', 'files'];
const classes = ['proxy-v2', 'opaque', 'forwarded', 'anchor'] as const;
const exampleIssuer = { issuer: 'https://login.contoso.test' };
export const exampleStart = Date.UTC(2026, 0, 1);

/** @param i each has its own trace; one in a hundred is refused */
export function exampleRecord(i: number, change: Partial<FlowLogRecord> = {}): FlowLogRecord {
  // A number that spreads: neighbours are of different devices.
  const spread = (i * 2_654_435_761) % 4_294_967_296;
  const device = spread % 10_000;
  const refused = spread % 100 === 7;
  const peer = `203.0.${113 + (device % 3)}.${device % 250}`;
  return {
    traceparent: `00-${spread.toString(16).padStart(8, '0')}${i.toString(16).padStart(24, '0')}-b7ad6b7169203331-01`,
    startedAt: new Date(exampleStart + i).toISOString(),
    endedAt: new Date(exampleStart + i + 1).toISOString(),
    connectionId: `connection-${device}`,
    device: { thumbprint: `${device}`.padEnd(43, 'T'), name: `laptop-${device}` },
    person:
      device % 2 === 0
        ? null
        : { ...exampleIssuer, subject: `S-${device}`, name: `Åsa${device}@contoso.test` },
    authority: `${hosts[spread % 7] ?? 'files'}-${device % 50}.contoso.test:443`,
    protocol: 'h2',
    class: classes[spread % 4] ?? null,
    rule: { trafficType: 'private', policy: 'classes', id: '*.contoso.test' },
    peerAddress: peer,
    peerPort: 51_515,
    attestedIpv4: device % 5 === 0 ? `198.51.100.${device % 250}` : peer,
    attestedIpv6: null,
    attestationFaults: [],
    statedAddress: refused ? null : peer,
    edgeAddress: '192.0.2.10',
    dialledAddress: refused ? null : '192.0.2.20',
    dialledPort: refused ? null : 443,
    assurance: 'observed+attested',
    signaling: 'enabled',
    flags: [],
    bytesSent: 1200,
    bytesReceived: 5400,
    result: refused ? 'refused' : 'ended',
    proxyError: refused ? 'http_request_denied' : null,
    reason: refused ? 'destination-not-allowed' : null,
    ...change,
  };
}

/** @param i each is of another device, open and without a flow */
export function exampleConnection(i: number, change: Partial<ConnectionRecord> = {}): ConnectionRecord {
  const startedAt = new Date(exampleStart + i).toISOString();
  const peerAddress = `203.0.${113 + (i % 3)}.${i % 250}`;
  return {
    id: `connection-${i}`,
    ...{ startedAt, updatedAt: startedAt, endedAt: null, isOpen: true },
    device: { thumbprint: `${i}`.padEnd(43, 'T'), name: `laptop-${i}` },
    protocol: 'h2',
    peerAddress,
    peerPort: 51_515,
    ...{ attestedIpv4: peerAddress, attestedIpv6: null, statedAddress: peerAddress },
    assurance: 'observed+attested',
    ...{ flows: 0, refusedFlows: 0, bytesSent: 0, bytesReceived: 0 },
    ...change,
  };
}
