// Records as OpenTelemetry log records: names of the semantic conventions where one fits, `opengsa.` for what is our own.
import { parseAuthority, formatHost } from '../../protocol/destination.ts';
import { parseTraceparent } from '../../protocol/traceparent.ts';
import { type AttributeValue, otlpLogRecord } from '../core/otlp-logs.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';
import type { AuditEntry } from '../store/audit-store.ts';
import { type ExportedRecord, isRefusal, momentOf, sentenceOf } from './exported-record.ts';

/** One record as JSON text. */
export function createOtlpEncoding(): (exported: ExportedRecord) => string {
  return (exported) =>
    JSON.stringify(
      otlpLogRecord({
        at: momentOf(exported),
        severity: isRefusal(exported) ? 'WARN' : 'INFO',
        eventName: `opengsa.${exported.kind}`,
        text: sentenceOf(exported),
        attributes:
          exported.kind === 'traffic' ? flowAttributes(exported.record) : auditAttributes(exported.entry),
        trace:
          exported.kind === 'traffic' && exported.record.traceparent !== null
            ? parseTraceparent(exported.record.traceparent)
            : null,
      }),
    );
}

function flowAttributes(flow: FlowLogRecord): Readonly<Record<string, AttributeValue>> {
  const asked = parseAuthority(flow.authority);
  return {
    'client.address': flow.peerAddress,
    'client.port': flow.peerPort,
    'server.address': asked === null ? null : formatHost(asked.host),
    'server.port': asked?.port,
    'network.peer.address': flow.dialledAddress,
    'network.peer.port': flow.dialledPort,
    'network.local.address': flow.edgeAddress,
    'user.id': flow.person?.subject,
    'user.name': flow.person?.name,
    'opengsa.device.name': flow.device.name,
    'opengsa.device.thumbprint': flow.device.thumbprint,
    'opengsa.destination': flow.authority,
    'opengsa.class': flow.class,
    'opengsa.assurance': flow.assurance,
    'opengsa.stated_address': flow.statedAddress,
    'opengsa.attested_ipv4': flow.attestedIpv4,
    'opengsa.attested_ipv6': flow.attestedIpv6,
    'opengsa.attestation_faults': flow.attestationFaults,
    'opengsa.flags': flow.flags,
    'opengsa.signaling': flow.signaling,
    'opengsa.tunnel.protocol': flow.protocol,
    'opengsa.traffic_type': flow.rule?.trafficType,
    'opengsa.policy': flow.rule?.policy,
    'opengsa.rule': flow.rule?.id,
    'opengsa.started_at': flow.startedAt,
    'opengsa.bytes_sent': flow.bytesSent,
    'opengsa.bytes_received': flow.bytesReceived,
    'opengsa.result': flow.result,
    'opengsa.reason': flow.reason,
    'opengsa.proxy_error': flow.proxyError,
  };
}

function auditAttributes({ who, action, detail }: AuditEntry): Readonly<Record<string, AttributeValue>> {
  return { 'opengsa.audit.who': who, 'opengsa.audit.action': action, 'opengsa.audit.detail': detail };
}
