// Records as syslog messages: every address and decision is a parameter of structured data, the text is for people.
import { formatSyslog, octetCounted, type SyslogElement, type SyslogFacility } from '../core/syslog.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';
import type { AuditEntry } from '../store/audit-store.ts';
import {
  type ExportedRecord,
  type ExportSource,
  isRefusal,
  momentOf,
  sentenceOf,
} from './exported-record.ts';

/** RFC 5426 section 3.2: what every receiver should take in a datagram. */
const datagramLimit = 2048;
/** RFC 5425 section 4.3.1: what every receiver should take in a stream. */
const streamLimit = 8192;

export type SyslogSettings = {
  readonly facility: SyslogFacility;
  readonly enterpriseNumber: number;
  readonly framing: 'datagram' | 'octet-counted';
};

/** @returns the message for a datagram, or with its length before it for a stream */
export function createSyslogEncoding(
  { edge, version, processId }: ExportSource,
  { facility, enterpriseNumber, framing }: SyslogSettings,
): (exported: ExportedRecord) => string {
  // RFC 5424 section 7.3.1: it lets the collector see that messages are missing.
  let sequence = 0;
  const limit = framing === 'datagram' ? datagramLimit : streamLimit;
  return (exported) => {
    sequence = sequence === 2_147_483_647 ? 1 : sequence + 1;
    const own: SyslogElement =
      exported.kind === 'traffic'
        ? { id: `flow@${enterpriseNumber}`, params: present(flowParams(exported.record)) }
        : { id: `audit@${enterpriseNumber}`, params: present(auditParams(exported.entry)) };
    const text = formatSyslog(
      {
        ...{ facility, severity: severityOf(exported), timestamp: momentOf(exported) },
        ...{ hostName: edge, program: 'opengsa-edge', processId: String(processId) },
        messageId: exported.kind === 'traffic' ? 'TRAFFIC' : 'AUDIT',
        elements: [
          { id: 'meta', params: [['sequenceId', String(sequence)]] },
          {
            id: 'origin',
            params: [
              ['software', 'opengsa-edge'],
              ['swVersion', version],
            ],
          },
          own,
        ],
        text: sentenceOf(exported),
      },
      limit,
    );
    return framing === 'datagram' ? text : octetCounted(text);
  };
}

function severityOf(exported: ExportedRecord): 'warning' | 'notice' | 'informational' {
  if (isRefusal(exported)) return exported.kind === 'audit' ? 'warning' : 'notice';
  return exported.kind === 'audit' ? 'notice' : 'informational';
}

type Param = readonly [name: string, value: string | number | null | undefined];

function flowParams(flow: FlowLogRecord): readonly Param[] {
  return [
    ['device', flow.device.name],
    ['thumbprint', flow.device.thumbprint],
    ['peerAddress', flow.peerAddress],
    ['statedAddress', flow.statedAddress],
    ['attestedIpv4', flow.attestedIpv4],
    ['attestedIpv6', flow.attestedIpv6],
    ['edgeAddress', flow.edgeAddress],
    ['dialledAddress', flow.dialledAddress],
    ['dialledPort', flow.dialledPort],
    ['class', flow.class],
    ['assurance', flow.assurance],
    ['result', flow.result],
    ['reason', flow.reason],
    ['destination', flow.authority],
    ['person', flow.person?.name],
    ['personId', flow.person?.subject],
    ['trafficType', flow.rule?.trafficType],
    ['policy', flow.rule?.policy],
    ['rule', flow.rule?.id],
    ['signaling', flow.signaling],
    ['traceparent', flow.traceparent],
    ['startedAt', flow.startedAt],
    ['peerPort', flow.peerPort],
    ['protocol', flow.protocol],
    ['bytesSent', flow.bytesSent],
    ['bytesReceived', flow.bytesReceived],
    ['proxyError', flow.proxyError],
    ['flags', list(flow.flags)],
    ['attestationFaults', list(flow.attestationFaults)],
  ];
}

function auditParams({ who, action, detail }: AuditEntry): readonly Param[] {
  return [
    ['who', who],
    ['action', action],
    ['detail', detail],
  ];
}

function list(words: readonly string[]): string | null {
  return words.length === 0 ? null : words.join(',');
}

function present(params: readonly Param[]): (readonly [string, string])[] {
  return params.flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, String(value)] as const],
  );
}
