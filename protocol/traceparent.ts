// One identifier for a flow through agent, edge and receiver (W3C Trace Context, version 00).
import { OpenGsaError } from './error.ts';

export type Traceparent = { readonly traceId: string; readonly parentId: string; readonly sampled: boolean };

/** Random bytes that one traceparent needs: 16 of the trace, 8 of the parent. */
export const traceparentRandomBytes = 24;

/** The traceparent made of `random`, at least `traceparentRandomBytes` of it. Identifiers of only zeros are invalid and avoided. */
export function formatTraceparent(random: Uint8Array): string {
  return `00-${identifier(random.subarray(0, 16))}-${identifier(random.subarray(16, 24))}-01`;
}

/** The value of a `traceparent` field, or null if it is not one that this version understands. */
export function parseTraceparent(text: string): Traceparent | null {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text);
  const [, traceId = '', parentId = '', flags = ''] = match ?? [];
  if (match === null || /^0+$/.test(traceId) || /^0+$/.test(parentId)) return null;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Enough to tell flows apart, and short enough for a table: the first 8 digits of the trace id. */
export function shortTraceId(traceparent: string): string {
  return traceparent.slice(3, 3 + shortLength);
}

/**
 * The beginning of a trace id as a person gives it with `--trace` to find a flow: a whole `traceparent`, a trace id (also
 * as a GUID, the form of a correlation id), or its first digits, at least 8.
 *
 * @throws OpenGsaError `bad-usage` where the text is none of these
 */
export function parseTraceSearch(text: string): string {
  const whole = parseTraceparent(text)?.traceId;
  if (whole !== undefined) return whole;
  const digits = text.replaceAll('-', '').toLowerCase();
  if (/^[0-9a-f]{8,32}$/.test(digits)) return digits;
  throw new OpenGsaError(
    'bad-usage',
    `--trace: ${JSON.stringify(text)} is no trace; give a traceparent, a trace id or at least its first 8 digits`,
  );
}

/** Whether a flow's `traceparent` is meant by what `parseTraceSearch` made of a person's words. */
export function isOfTrace(traceparent: string | null, search: string): boolean {
  return traceparent?.slice(3).startsWith(search) ?? false;
}

const shortLength = 8;

function identifier(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return /^0*$/.test(hex) ? `${hex.slice(0, -1)}1` : hex;
}
