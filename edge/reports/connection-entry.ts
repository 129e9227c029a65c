// Graph's `connection`: a device's tunnel session in its properties, and this edge's own beside them.
import { z } from 'zod';
import { assurance } from '../../protocol/restoration.ts';
import type { Fields } from '../core/odata/fields.ts';
import type { ConnectionRecord } from '../telemetry/connection-record.ts';

/** What an edge cannot know, or what a tunnel to many destinations does not have. `tenantId` has no null in Graph. */
const unknown = z.null();
const text = z.string().nullable();

export const connectionEntry = z.object({
  id: z.string(),
  createdDateTime: z.string(),
  lastUpdateDateTime: z.string(),
  endDateTime: text,
  /** `open` before its first flow has ended, `active` after it. */
  status: z.enum(['open', 'active', 'closed']),
  trafficType: z.literal('all'),
  deviceCategory: z.literal('client'),
  /** The thumbprint of the certificate. */
  deviceId: z.string(),
  sourceIp: z.string(),
  sourcePort: z.int(),
  transportProtocol: z.literal('tcp'),
  networkProtocol: z.enum(['ipv4', 'ipv6']),
  transactionCount: z.int(),
  transactionBlockCount: z.int(),
  sentBytes: z.int(),
  receivedBytes: z.int(),
  ...{ agentVersion: unknown, applicationSnapshot: unknown, destinationFqdn: unknown },
  ...{ destinationIp: unknown, destinationPort: unknown, deviceOperatingSystem: unknown },
  ...{ deviceOperatingSystemVersion: unknown, initiatingProcessName: unknown },
  ...{ popProcessingRegion: unknown, privateAccessDetails: unknown },
  ...{ userId: unknown, userPrincipalName: unknown },
  deviceName: text,
  tunnelProtocol: z.enum(['h2', 'http/1.1']),
  observedIp: z.string(),
  attestedIpv4: text,
  attestedIpv6: text,
  /** What a destination was told last. */
  statedIp: text,
  assurance: assurance.nullable(),
});
export type ConnectionEntry = z.output<typeof connectionEntry>;

/** @param createdMs when it began, or later where the clock was set back; in ms since the epoch */
export function connectionEntryOf(createdMs: number, record: ConnectionRecord): ConnectionEntry {
  const { peerAddress, device } = record;
  return {
    id: record.id,
    createdDateTime: new Date(createdMs).toISOString(),
    lastUpdateDateTime: record.updatedAt,
    endDateTime: record.endedAt,
    status: connectionStatus(record),
    trafficType: 'all',
    deviceCategory: 'client',
    deviceId: device.thumbprint,
    sourceIp: peerAddress,
    sourcePort: record.peerPort,
    transportProtocol: 'tcp',
    networkProtocol: peerAddress.includes(':') ? 'ipv6' : 'ipv4',
    transactionCount: record.flows,
    transactionBlockCount: record.refusedFlows,
    sentBytes: record.bytesSent,
    receivedBytes: record.bytesReceived,
    ...{ agentVersion: null, applicationSnapshot: null, destinationFqdn: null },
    ...{ destinationIp: null, destinationPort: null, deviceOperatingSystem: null },
    ...{ deviceOperatingSystemVersion: null, initiatingProcessName: null },
    ...{ popProcessingRegion: null, privateAccessDetails: null },
    ...{ userId: null, userPrincipalName: null },
    deviceName: device.name,
    tunnelProtocol: record.protocol,
    observedIp: peerAddress,
    attestedIpv4: record.attestedIpv4,
    attestedIpv6: record.attestedIpv6,
    statedIp: record.statedAddress,
    assurance: record.assurance,
  };
}

export function connectionStatus({
  isOpen,
  flows,
}: Pick<ConnectionRecord, 'isOpen' | 'flows'>): ConnectionEntry['status'] {
  if (!isOpen) return 'closed';
  return flows === 0 ? 'open' : 'active';
}

/** What a caller can filter by. */
export const connectionFields: Fields = {
  ...{ id: 'string', createdDateTime: 'date', lastUpdateDateTime: 'date', endDateTime: 'date' },
  ...{ status: 'string', trafficType: 'string', deviceCategory: 'string', deviceId: 'string' },
  ...{ deviceName: 'string', sourceIp: 'string', sourcePort: 'number', transportProtocol: 'string' },
  ...{ networkProtocol: 'string', transactionCount: 'number', transactionBlockCount: 'number' },
  ...{ sentBytes: 'number', receivedBytes: 'number', tunnelProtocol: 'string', observedIp: 'string' },
  ...{ attestedIpv4: 'string', attestedIpv6: 'string', statedIp: 'string', assurance: 'string' },
};
