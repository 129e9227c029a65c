// What is read off a flow's record for columns of the database and for properties of the API alike.
import { parseTraceparent } from '../../protocol/traceparent.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';

/** The host of an authority: without the port, in lower case. */
export function hostOf(authority: string): string {
  return authority.toLowerCase().replace(/:\d+$/, '');
}

/** Null for a host that is an address, or nothing. */
export function nameOf(host: string): string | null {
  return /^\[|^[0-9.]*$/.test(host) ? null : host;
}

/** As Microsoft Graph has it: what was refused is blocked. */
export function actionOf({ result }: Pick<FlowLogRecord, 'result'>): 'allow' | 'block' {
  return result === 'refused' ? 'block' : 'allow';
}

/** The trace id in a `traceparent`, 32 hexadecimal digits. */
export function traceOf(traceparent: string | null): string | null {
  return traceparent === null ? null : (parseTraceparent(traceparent)?.traceId ?? null);
}

/** Each address that somebody may ask for, once. */
export function addressesOf(record: FlowLogRecord): ReadonlySet<string> {
  const { peerAddress, attestedIpv4, attestedIpv6, statedAddress, dialledAddress } = record;
  const addresses = [peerAddress, attestedIpv4, attestedIpv6, statedAddress, dialledAddress];
  return new Set(addresses.filter((address) => address !== null));
}
