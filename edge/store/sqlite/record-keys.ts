// What a flow's record is found by, and the order of records: columns of the records' database.
import { parseAddress } from '../../../protocol/address.ts';
import { parseTraceparent } from '../../../protocol/traceparent.ts';
import type { FlowLogRecord } from '../../telemetry/flow-log.ts';
import type { RecordAction } from '../record-store.ts';

/** Ids hold the time: in ms since the epoch times this, so that a range of times is a range of ids. Enough to 2109. */
export const idsPerMs = 2048;

/** The largest id that a number of JavaScript holds exactly, and thus the end of a search that names none. */
export const lastId = Number.MAX_SAFE_INTEGER;

/** The host of an authority: without the port, in lower case. */
export function hostOf(authority: string): string {
  return authority.toLowerCase().replace(/:\d+$/, '');
}

export function actionOf({ result }: Pick<FlowLogRecord, 'result'>): RecordAction {
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

/** As records spell an address; what is none finds nothing. */
export function addressKey(text: string): string {
  return parseAddress(text)?.text ?? text;
}
