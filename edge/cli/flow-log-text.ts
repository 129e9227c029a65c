// Records of the flow log as text: a line each, or everything about one.
import { printable } from '../../protocol/printable.ts';
import { shortTraceId } from '../../protocol/traceparent.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';

const titles = [
  'STARTED',
  'DEVICE',
  'DESTINATION',
  'CLASS',
  'SEEN',
  'TOLD',
  'ASSURANCE',
  'RESULT',
  'TRACE',
  'NOTES',
];

/** One line per flow under a header. */
export function flowLogTable(flows: readonly FlowLogRecord[]): readonly string[] {
  return aligned([titles, ...flows.map(cellsOf)]);
}

/** Lines of a table that grows: a column is as wide as the widest cell so far, and a usual one fits from the start. */
export function createFlowLogLines(): {
  readonly header: string;
  readonly lineOf: (flow: FlowLogRecord) => string;
} {
  const widths = [20, 12, 32, 9, 15, 15, 17, 7, 8];
  return {
    header: alignedLine(titles, widths),
    lineOf: (flow) => alignedLine(cellsOf(flow), widths),
  };
}

function cellsOf(flow: FlowLogRecord): readonly string[] {
  return [
    `${flow.startedAt.slice(0, 19)}Z`,
    flow.device.name ?? flow.device.thumbprint.slice(0, 12),
    flow.authority,
    flow.class ?? '-',
    flow.peerAddress,
    flow.statedAddress ?? '-',
    flow.assurance ?? '-',
    flow.result,
    flow.traceparent === null ? '-' : shortTraceId(flow.traceparent),
    notes(flow),
  ];
}

/** What is worth a look: why it ended, and what was odd about its addresses. */
function notes({ reason, flags, attestationFaults }: FlowLogRecord): string {
  return [...(reason === null ? [] : [reason]), ...flags, ...attestationFaults].join(', ');
}

/** Everything, for whoever has to explain one sign-in. */
export function flowLogSheets(flows: readonly FlowLogRecord[]): readonly string[] {
  return flows.flatMap((flow) => [
    printable(`${flow.startedAt}  ${flow.authority}`),
    ...aligned(factsOf(flow).map(([label, value]) => [`  ${label}`, value])),
  ]);
}

function factsOf(flow: FlowLogRecord): (readonly [string, string])[] {
  const { device, attestedIpv4, attestedIpv6 } = flow;
  const signed = [attestedIpv4, attestedIpv6].filter((address) => address !== null);
  return [
    ['Device', `${device.name ?? 'not registered'}, certificate ${device.thumbprint}`],
    [
      'Person',
      flow.person === null
        ? 'nobody known'
        : `${flow.person.name}, ${flow.person.subject} at ${flow.person.issuer}`,
    ],
    ['Seen by this edge', `${flow.peerAddress}, port ${flow.peerPort}, over ${flow.protocol}`],
    ['Signed by a witness', signed.length === 0 ? 'nothing' : signed.join(' and ')],
    ['Did not count', flow.attestationFaults.length === 0 ? 'nothing' : flow.attestationFaults.join(', ')],
    ['Told to the destination', toldText(flow)],
    ['Class and signalling', `${flow.class ?? 'none'}, ${flow.signaling}`],
    ['Let through by', ruleText(flow)],
    ['Connection', connectionText(flow)],
    ['Flags', flow.flags.length === 0 ? 'none' : flow.flags.join(', ')],
    ['End', endText(flow)],
    ['Bytes', `${flow.bytesSent} out, ${flow.bytesReceived} in`],
    ['Traceparent', flow.traceparent ?? 'none'],
  ];
}

function toldText({ statedAddress, assurance, dialledAddress }: FlowLogRecord): string {
  if (statedAddress !== null) return `${statedAddress} (${assurance ?? 'unknown'})`;
  return dialledAddress === null ? 'nothing' : 'nothing: it saw the edge';
}

function ruleText({ rule }: FlowLogRecord): string {
  return rule === null ? 'nothing' : `${rule.id} of ${rule.policy} (${rule.trafficType})`;
}

function connectionText({ edgeAddress, dialledAddress, dialledPort }: FlowLogRecord): string {
  if (dialledAddress === null) return 'none was made';
  return `from ${edgeAddress ?? 'unknown'} to ${dialledAddress}, port ${dialledPort ?? 0}`;
}

function endText({ endedAt, result, reason, proxyError }: FlowLogRecord): string {
  const why = [reason, proxyError].filter((part) => part !== null);
  return `${result} at ${endedAt}${why.length === 0 ? '' : `: ${why.join(', ')}`}`;
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) widen(widths, row);
  return rows.map((row) => alignedLine(row, widths));
}

/** Widens `widths` where a cell needs it. */
function alignedLine(row: readonly string[], widths: number[]): string {
  widen(widths, row);
  return row
    .map((cell, i) => printable(cell).padEnd(widths[i] ?? 0))
    .join('  ')
    .trimEnd();
}

function widen(widths: number[], row: readonly string[]): void {
  row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, printable(cell).length)));
}
