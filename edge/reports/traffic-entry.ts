// Graph's `networkAccessTraffic`: what a flow's record says in its properties, and this edge's own beside them.
import { z } from 'zod';
import { assurance, restorationClass } from '../../protocol/restoration.ts';
import type { Fields } from '../core/odata/fields.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';
import { nameOf, hostOf, traceOf } from './record-values.ts';

/** What an edge cannot know. Where Graph's type has no null (`tenantId`, `trafficType`, `vendorNames`), it is left out. */
const unknown = z.null();
const text = z.string().nullable();

export const trafficEntry = z.object({
  transactionId: z.string(),
  /** When the record was made: when the flow ended, or later where the clock was set back. */
  createdDateTime: z.string(),
  connectionId: text,
  sessionId: text,
  trafficType: z.enum(['microsoft365', 'internet', 'private']).exactOptional(),
  action: z.enum(['allow', 'block']),
  operationStatus: z.enum(['success', 'failure']),
  description: text,
  deviceCategory: z.literal('client'),
  /** The thumbprint of the certificate. */
  deviceId: z.string(),
  sourceIp: z.string(),
  sourcePort: z.int(),
  destinationFQDN: text,
  destinationIp: text,
  destinationPort: z.int().nullable(),
  transportProtocol: z.literal('tcp'),
  networkProtocol: z.enum(['ipv4', 'ipv6']).nullable(),
  sentBytes: z.int(),
  receivedBytes: z.int(),
  policyName: text,
  policyRuleId: text,
  /** Of the person who was signed in: the identifier that never changes, and the name as people know it. */
  userId: text,
  userPrincipalName: text,
  ...{ agentVersion: unknown, applicationSnapshot: unknown, cloudApplicationMetadata: unknown },
  ...{ destinationUrl: unknown, destinationWebCategory: unknown, deviceOperatingSystem: unknown },
  ...{ deviceOperatingSystemVersion: unknown, filteringProfileId: unknown, filteringProfileName: unknown },
  ...{ headers: unknown, httpMethod: unknown, initiatingProcessName: unknown, policyId: unknown },
  ...{ policyRuleName: unknown, popProcessingRegion: unknown, privateAccessDetails: unknown },
  ...{ remoteNetworkId: unknown, resourceTenantId: unknown, responseCode: unknown, threatType: unknown },
  startDateTime: z.string(),
  endDateTime: z.string(),
  deviceName: text,
  /** Who vouched for the person. */
  userIssuer: text,
  tunnelProtocol: z.enum(['h2', 'http/1.1']),
  requestedDestination: z.string(),
  observedIp: z.string(),
  attestedIpv4: text,
  attestedIpv6: text,
  /** What the destination was told; null where it saw the edge. */
  statedIp: text,
  edgeIp: text,
  dialledPort: z.int().nullable(),
  restorationClass: restorationClass.nullable(),
  assurance: assurance.nullable(),
  signalingStatus: z.enum(['enabled', 'disabled']),
  reason: text,
  proxyError: text,
  flags: z.array(z.string()),
  attestationFaults: z.array(z.string()),
  traceId: text,
});
export type TrafficEntry = z.output<typeof trafficEntry>;

/** @param createdMs when the record was made, in ms since the epoch */
export function trafficEntryOf(id: number, createdMs: number, record: FlowLogRecord): TrafficEntry {
  const { device, rule, authority, result, dialledAddress } = record;
  const blocked = result === 'refused';
  return {
    transactionId: String(id),
    createdDateTime: new Date(createdMs).toISOString(),
    connectionId: record.connectionId,
    sessionId: record.connectionId,
    ...(rule === null ? {} : { trafficType: graphTrafficType[rule.trafficType] }),
    action: blocked ? 'block' : 'allow',
    operationStatus: blocked ? 'failure' : 'success',
    description: record.reason,
    deviceCategory: 'client',
    deviceId: device.thumbprint,
    sourceIp: record.peerAddress,
    sourcePort: record.peerPort,
    destinationFQDN: nameOf(hostOf(authority)),
    destinationIp: dialledAddress,
    destinationPort: portOf(authority),
    transportProtocol: 'tcp',
    networkProtocol: dialledAddress === null ? null : dialledAddress.includes(':') ? 'ipv6' : 'ipv4',
    sentBytes: record.bytesSent,
    receivedBytes: record.bytesReceived,
    policyName: rule?.policy ?? null,
    policyRuleId: rule?.id ?? null,
    userId: record.person?.subject ?? null,
    userPrincipalName: record.person?.name ?? null,
    ...notKnown,
    ...ownProperties(record),
  };
}

const graphTrafficType = { m365: 'microsoft365', internet: 'internet', private: 'private' } as const;

const notKnown = {
  ...{ agentVersion: null, applicationSnapshot: null, cloudApplicationMetadata: null },
  ...{ destinationUrl: null, destinationWebCategory: null, deviceOperatingSystem: null },
  ...{ deviceOperatingSystemVersion: null, filteringProfileId: null, filteringProfileName: null },
  ...{ headers: null, httpMethod: null, initiatingProcessName: null, policyId: null },
  ...{ policyRuleName: null, popProcessingRegion: null, privateAccessDetails: null },
  ...{ remoteNetworkId: null, resourceTenantId: null, responseCode: null, threatType: null },
} as const;

function ownProperties(record: FlowLogRecord) {
  return {
    startDateTime: record.startedAt,
    endDateTime: record.endedAt,
    deviceName: record.device.name,
    userIssuer: record.person?.issuer ?? null,
    tunnelProtocol: record.protocol,
    requestedDestination: record.authority,
    observedIp: record.peerAddress,
    attestedIpv4: record.attestedIpv4,
    attestedIpv6: record.attestedIpv6,
    statedIp: record.statedAddress,
    edgeIp: record.edgeAddress,
    dialledPort: record.dialledPort,
    restorationClass: record.class,
    assurance: record.assurance,
    signalingStatus: record.signaling,
    reason: record.reason,
    proxyError: record.proxyError,
    flags: record.flags,
    attestationFaults: record.attestationFaults,
    traceId: traceOf(record.traceparent),
  };
}

/** The port of an authority; null where it names none. */
function portOf(authority: string): number | null {
  const text = /:(\d{1,5})$/.exec(authority)?.[1];
  return text === undefined ? null : Number(text);
}

/** What a caller can filter by. */
export const trafficFields: Fields = {
  ...{ transactionId: 'string', createdDateTime: 'date', startDateTime: 'date', endDateTime: 'date' },
  ...{ connectionId: 'string', sessionId: 'string', trafficType: 'string', action: 'string' },
  ...{ operationStatus: 'string', description: 'string', deviceCategory: 'string', deviceId: 'string' },
  ...{ deviceName: 'string', sourceIp: 'string', sourcePort: 'number', destinationFQDN: 'string' },
  ...{ destinationIp: 'string', destinationPort: 'number', transportProtocol: 'string' },
  ...{ networkProtocol: 'string', sentBytes: 'number', receivedBytes: 'number', policyName: 'string' },
  ...{ userId: 'string', userPrincipalName: 'string', userIssuer: 'string' },
  ...{ policyRuleId: 'string', tunnelProtocol: 'string', requestedDestination: 'string' },
  ...{ observedIp: 'string', attestedIpv4: 'string', attestedIpv6: 'string', statedIp: 'string' },
  ...{ edgeIp: 'string', dialledPort: 'number', restorationClass: 'string', assurance: 'string' },
  ...{ signalingStatus: 'string', reason: 'string', proxyError: 'string', traceId: 'string' },
};
