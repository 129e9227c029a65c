// What `opengsa-edge logs` is asked for, as a question to the flow log.
import { InvalidArgumentError } from 'commander';
import { parseAddress } from '../../protocol/address.ts';
import { restorationClass } from '../../protocol/restoration.ts';
import { isOfTrace, parseTraceSearch } from '../../protocol/traceparent.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';
import type { FlowLogQuery } from '../telemetry/read-flow-log.ts';

export type FlowFilter = {
  readonly trace?: string;
  readonly device?: string;
  readonly destination?: string;
  readonly address?: string;
  readonly action?: 'allow' | 'block';
  readonly class?: string;
  readonly reason?: string;
  /** In ms since the epoch. */
  readonly since?: number;
  readonly until?: number;
};

/** @throws OpenGsaError `bad-usage` for a trace that is none */
export function flowLogQuery(filter: FlowFilter): Pick<FlowLogQuery, 'containing' | 'matches'> {
  const { trace, device, address, reason, since, until } = filter;
  const search = trace === undefined ? null : parseTraceSearch(trace);
  const host = filter.destination?.toLowerCase();
  const wanted: ((flow: FlowLogRecord) => boolean)[] = [];
  if (search !== null) wanted.push((flow) => isOfTrace(flow.traceparent, search));
  if (device !== undefined) wanted.push((flow) => isOf(flow, device));
  if (host !== undefined) wanted.push((flow) => goesTo(flow, host));
  if (address !== undefined) wanted.push((flow) => hasAddress(flow, address));
  if (filter.action !== undefined)
    wanted.push(({ result }) => (result === 'refused') === (filter.action === 'block'));
  if (filter.class !== undefined) wanted.push((flow) => flow.class === filter.class);
  if (reason !== undefined) wanted.push((flow) => reasonsOf(flow).includes(reason));
  if (since !== undefined) wanted.push(({ endedAt }) => Date.parse(endedAt) >= since);
  if (until !== undefined) wanted.push(({ endedAt }) => Date.parse(endedAt) < until);
  return {
    // Looked for in the line before it is parsed.
    containing: [
      ...(search === null ? [] : [search]),
      ...[device, address, reason].flatMap((text) => (text === undefined ? [] : [JSON.stringify(text)])),
    ],
    matches: (flow) => wanted.every((matches) => matches(flow)),
  };
}

function isOf({ device: { name, thumbprint } }: FlowLogRecord, device: string): boolean {
  return name === device || thumbprint === device;
}

function goesTo({ authority }: FlowLogRecord, host: string): boolean {
  const asked = authority.toLowerCase();
  return asked === host || asked.replace(/:\d+$/, '') === host;
}

function hasAddress(flow: FlowLogRecord, address: string): boolean {
  const { peerAddress, attestedIpv4, attestedIpv6, statedAddress, dialledAddress } = flow;
  return [peerAddress, attestedIpv4, attestedIpv6, statedAddress, dialledAddress].includes(address);
}

/** All that the table's notes say. */
function reasonsOf({ reason, proxyError, flags, attestationFaults }: FlowLogRecord): (string | null)[] {
  return [reason, proxyError, ...flags, ...attestationFaults];
}

/** For commander: an address as the log spells it. */
export function addressArgument(text: string): string {
  const address = parseAddress(text);
  if (address !== null) return address.text;
  throw new InvalidArgumentError('It must be an IP address such as 203.0.113.7 or 2001:db8::1.');
}

/** For commander: a class of restoration. */
export function classArgument(text: string): string {
  const parsed = restorationClass.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`It must be one of ${restorationClass.options.join(', ')}.`);
}

/**
 * For commander: a moment, as a time in ISO 8601 (UTC where it names no zone) or as so long ago (`90s`, `15m`, `2h`, `7d`).
 *
 * @param nowMs ms since the epoch
 */
export function momentArgument(text: string, nowMs: number): number {
  const ago = /^(\d{1,6})([smhd])$/.exec(text);
  if (ago !== null) return nowMs - Number(ago[1]) * (unitMs[ago[2] ?? ''] ?? 0);
  const isTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text);
  const moment = isTime
    ? Date.parse(/T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T') ? text : `${text}Z`)
    : NaN;
  if (!Number.isNaN(moment)) return moment;
  throw new InvalidArgumentError(
    'It must be a time such as 2026-06-01T08:00:00Z, or so long ago such as 15m, 2h or 7d.',
  );
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
