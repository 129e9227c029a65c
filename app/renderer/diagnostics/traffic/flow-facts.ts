// What a flow says of itself, in the pieces that table, details and exports show.
import type { FlowRecord } from '../../../../protocol/flow-record.ts';
import type { ShownFlow } from './flow-store.ts';

/** The program's file name; its process where that is all that is known; empty where nothing is. */
export function programName({ process }: Pick<FlowRecord, 'process'>): string {
  const name = process?.executable?.split(/[\\/]/).at(-1);
  if (name !== undefined && name !== '') return name;
  return process?.pid === null || process === null ? '' : `#${process.pid}`;
}

/** Nothing of it left this device, or the edge let nothing of it through. */
export function isNotSent({ action, state }: FlowRecord): boolean {
  return action === 'block' || state === 'refused';
}

/** The addresses that its destination may see: one, or one of each family. Empty where none is known or none was sent. */
export function seenAddresses({ flow, seen }: ShownFlow): readonly string[] {
  if (seen === null || isNotSent(flow)) return [];
  return [seen.addresses.ipv4.address, seen.addresses.ipv6.address].filter((address) => address !== null);
}

/** How long it was or is open, in ms. */
export function durationOf({ startedAt, endedAt }: FlowRecord, now: number): number {
  return Math.max(0, (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt));
}

/** The trace's number out of a `traceparent`; null where there is none. */
export function traceId({ traceparent }: FlowRecord): string | null {
  return traceparent?.split('-')[1] ?? null;
}
