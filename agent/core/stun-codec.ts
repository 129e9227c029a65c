// STUN as a client needs it (RFC 8489): the Binding request, and what its answer says about our address.
import { type Address, parseAddress } from '../../protocol/address.ts';
import { crc32 } from '../../protocol/crc32.ts';

/** Bytes of a transaction id; they must be random, as they are what an answer is known by. */
export const stunTransactionBytes = 12;
/** A STUN message fits one datagram (RFC 8489 section 6.1); what is longer is no answer to a bare request. */
export const longestStunMessage = 1500;

export type StunReading =
  | { readonly kind: 'address'; readonly address: Address }
  /** The server answers this request with an error (RFC 8489 section 14.8). */
  | { readonly kind: 'error'; readonly code: number; readonly reason: string }
  /** An answer to this request that breaks the format or lacks an address. */
  | { readonly kind: 'malformed'; readonly detail: string }
  /** Not an answer to this request; whoever waits goes on waiting. */
  | { readonly kind: 'foreign'; readonly detail: string };

const headerBytes = 20;
const magicCookie = 0x2112a442;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const bindingError = 0x0111;
const attribute = {
  mappedAddress: 0x0001,
  errorCode: 0x0009,
  xorMappedAddress: 0x0020,
  fingerprint: 0x8028,
  /** What XOR-MAPPED-ADDRESS was while it was a draft; some servers still send it. */
  draftXorMappedAddress: 0x8020,
} as const;
const fingerprintMask = 0x5354554e;

type Attribute = {
  readonly type: number;
  readonly value: Uint8Array;
  /** Where its header begins in the message. */
  readonly at: number;
};

/** The 20 bytes of a Binding request without attributes. */
export function encodeBindingRequest(transactionId: Uint8Array): Uint8Array {
  const message = new Uint8Array(headerBytes);
  const view = new DataView(message.buffer);
  view.setUint16(0, bindingRequest);
  view.setUint32(4, magicCookie);
  message.set(transactionId, 8);
  return message;
}

/** What `message` says to the request with `transactionId`. Never throws, whatever the bytes are. */
export function readBindingResponse(message: Uint8Array, transactionId: Uint8Array): StunReading {
  const stranger = strangeness(message, transactionId);
  if (stranger !== null) return { kind: 'foreign', detail: stranger };
  const attributes = readAttributes(message);
  if (attributes === null) return malformed('an attribute is cut off');
  if (!fingerprintHolds(message, attributes)) return malformed('wrong fingerprint');
  return viewOf(message).getUint16(0) === bindingError
    ? readError(attributes)
    : readAddress(message, attributes);
}

/** Why this cannot be the answer, or null. */
function strangeness(message: Uint8Array, transactionId: Uint8Array): string | null {
  if (message.length < headerBytes || message.length > longestStunMessage) {
    return `${message.length} bytes are no STUN answer`;
  }
  const view = viewOf(message);
  const type = view.getUint16(0);
  if (view.getUint32(4) !== magicCookie) return 'no STUN message';
  if (transactionId.some((byte, i) => byte !== message[8 + i])) return 'the answer to another request';
  if (type !== bindingSuccess && type !== bindingError) return `message type 0x${hex(type)}`;
  const length = view.getUint16(2);
  return length === message.length - headerBytes ? null : 'its length is not what it says';
}

/** Null where one reaches past the end. Values are padded to a multiple of four (RFC 8489 section 14). */
function readAttributes(message: Uint8Array): readonly Attribute[] | null {
  const view = viewOf(message);
  const attributes: Attribute[] = [];
  for (let at = headerBytes; at < message.length;) {
    if (at + 4 > message.length) return null;
    const start = at + 4;
    const end = start + view.getUint16(at + 2);
    const padded = start + Math.ceil((end - start) / 4) * 4;
    if (padded > message.length) return null;
    attributes.push({ type: view.getUint16(at), value: message.subarray(start, end), at });
    at = padded;
  }
  return attributes;
}

/** One is not required; where it stands it is the last attribute and right (RFC 8489 section 14.7). */
function fingerprintHolds(message: Uint8Array, attributes: readonly Attribute[]): boolean {
  const index = attributes.findIndex(({ type }) => type === attribute.fingerprint);
  const found = attributes[index];
  if (found === undefined) return true;
  if (index !== attributes.length - 1 || found.value.length !== 4) return false;
  const expected = (crc32(message.subarray(0, found.at)) ^ fingerprintMask) >>> 0;
  return viewOf(found.value).getUint32(0) === expected;
}

/** The address that is masked goes first: gateways rewrite plain ones that they find in a payload. */
function readAddress(message: Uint8Array, attributes: readonly Attribute[]): StunReading {
  const mask = message.subarray(4, headerBytes);
  const unmasked = new Uint8Array(mask.length);
  const places = [
    [attribute.xorMappedAddress, mask],
    [attribute.draftXorMappedAddress, mask],
    [attribute.mappedAddress, unmasked],
  ] as const;
  for (const [wanted, key] of places) {
    // Of several of one type the first counts (RFC 8489 section 14).
    const found = attributes.find(({ type }) => type === wanted);
    if (found === undefined) continue;
    const address = addressIn(found.value, key);
    return address === null ? malformed('an address that is none') : { kind: 'address', address };
  }
  return malformed('it names no address');
}

/** One zero byte, the family, the port, then the address, masked by `key` (RFC 8489 sections 14.1 and 14.2). */
function addressIn(value: Uint8Array, key: Uint8Array): Address | null {
  const bytes = [...value.subarray(4)].map((byte, i) => byte ^ (key[i] ?? 0));
  if (value[1] === 0x01 && value.length === 8) return parseAddress(bytes.join('.'));
  if (value[1] !== 0x02 || value.length !== 20) return null;
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return parseAddress(groups.join(':'));
}

function readError(attributes: readonly Attribute[]): StunReading {
  const value = attributes.find(({ type }) => type === attribute.errorCode)?.value;
  if (value === undefined || value.length < 4) return malformed('an error without a code');
  const reason = new TextDecoder().decode(value.subarray(4, 4 + longestReasonBytes));
  return { kind: 'error', code: ((value[2] ?? 0) & 0x07) * 100 + (value[3] ?? 0), reason: printable(reason) };
}

/** RFC 8489 section 14.8 allows 763; a person needs fewer. */
const longestReasonBytes = 120;

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').trim();
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function hex(value: number): string {
  return value.toString(16).padStart(4, '0');
}

function malformed(detail: string): StunReading {
  return { kind: 'malformed', detail };
}
