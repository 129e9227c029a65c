// PROXY protocol version 2 (haproxy.org, proxy-protocol.txt): the header that states a connection's true source
// before its first byte. Bytes in, values out; no sockets.
import { type Address, type Family, parseAddress } from './address.ts';
import { crc32c } from './crc32.ts';
import { OpenGsaError } from './error.ts';

export type ProxyEndpoint = { readonly address: Address; readonly port: number };

/** Type-length-value fields that this project reads and writes. */
export type ProxyFields = {
  /** The host name that the client asked for. */
  readonly authority?: string;
  /** At most 128 bytes; carries the traceparent. */
  readonly uniqueId?: string;
  /** How well the source is proven (application type E0): `observed`, `attested`, … */
  readonly assurance?: string;
  /** base64url SHA-256 of the device's certificate (application type E1). */
  readonly device?: string;
};

/** LOCAL: the sender speaks for itself, the receiver takes the connection's own addresses. */
export type ProxyHeader =
  | ({ readonly command: 'local' } & ProxyFields)
  | ({
      readonly command: 'proxy';
      readonly source: ProxyEndpoint;
      readonly destination: ProxyEndpoint;
    } & ProxyFields);

export type ProxyDecoding =
  | { readonly kind: 'complete'; readonly header: ProxyHeader; readonly length: number }
  /** Every byte so far fits; more are needed. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'invalid'; readonly reason: ProxyFault };

export type ProxyFault =
  | 'bad-signature'
  | 'bad-version'
  | 'bad-command'
  | 'bad-family'
  | 'header-too-long'
  | 'short-addresses'
  | 'bad-field'
  | 'bad-checksum';

const signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const prefixLength = 16;
/** A receiver may count on no more than this fitting into one segment's buffer; ours are far below. */
const maxPayload = 4096;
/** Section 2.2.5 of the specification. */
const maxUniqueId = 128;

const commands = { local: 0x20, proxy: 0x21 } as const;
const families = { ipv4: 0x11, ipv6: 0x21 } as const;
const fieldTypes = { authority: 0x02, crc32c: 0x03, uniqueId: 0x05, assurance: 0xe0, device: 0xe1 } as const;
const fieldNames = ['authority', 'uniqueId', 'assurance', 'device'] as const;

/**
 * The header's bytes, with a CRC32C field first.
 *
 * @throws OpenGsaError `internal` if the endpoints differ in family or a field is too long: a fault of the caller
 */
export function encodeProxyHeader(header: ProxyHeader): Uint8Array {
  const addresses = header.command === 'proxy' ? encodeAddresses(header.source, header.destination) : [];
  const crcAt = prefixLength + addresses.length + 3;
  const payload = [...addresses, ...encodeField(fieldTypes.crc32c, [0, 0, 0, 0]), ...encodeFields(header)];
  if (payload.length > maxPayload) throw new OpenGsaError('internal', 'PROXY header: fields are too long');
  const family = header.command === 'proxy' ? families[header.source.address.family] : 0;
  const bytes = Uint8Array.from([
    ...signature,
    commands[header.command],
    family,
    ...uint16(payload.length),
    ...payload,
  ]);
  view(bytes).setUint32(crcAt, crc32c(bytes));
  return bytes;
}

/**
 * Reads a header from the start of `bytes`; bytes behind it are not looked at. Never throws.
 * A checksum field, where present, must be right. Fields of unknown types are skipped.
 */
export function decodeProxyHeader(bytes: Uint8Array): ProxyDecoding {
  const known = Math.min(bytes.length, signature.length);
  for (let i = 0; i < known; i++) if (bytes[i] !== signature[i]) return invalid('bad-signature');
  if (bytes.length < prefixLength) return { kind: 'incomplete' };
  const [command = 0, family = 0] = bytes.subarray(12, 14);
  if (command >> 4 !== 2) return invalid('bad-version');
  if (command !== commands.local && command !== commands.proxy) return invalid('bad-command');
  const payloadLength = view(bytes).getUint16(14);
  if (payloadLength > maxPayload) return invalid('header-too-long');
  const length = prefixLength + payloadLength;
  if (bytes.length < length) return { kind: 'incomplete' };
  const whole = bytes.subarray(0, length);
  return command === commands.local ? decodeLocal(whole, family) : decodeProxied(whole, family);
}

function decodeLocal(whole: Uint8Array, family: number): ProxyDecoding {
  // The receiver must discard the addresses of a LOCAL header, whatever the family byte says.
  const skipped = family === families.ipv4 ? 12 : family === families.ipv6 ? 36 : 0;
  if (family !== 0)
    return whole.length < prefixLength + skipped ? invalid('short-addresses') : local(whole, {});
  const fields = decodeFields(whole, prefixLength);
  return typeof fields === 'string' ? invalid(fields) : local(whole, fields);
}

function local(whole: Uint8Array, fields: ProxyFields): ProxyDecoding {
  return { kind: 'complete', header: { command: 'local', ...fields }, length: whole.length };
}

function decodeProxied(whole: Uint8Array, familyByte: number): ProxyDecoding {
  const family: Family | null =
    familyByte === families.ipv4 ? 'ipv4' : familyByte === families.ipv6 ? 'ipv6' : null;
  if (family === null) return invalid('bad-family');
  const size = family === 'ipv4' ? 4 : 16;
  const fieldsAt = prefixLength + 2 * size + 4;
  if (whole.length < fieldsAt) return invalid('short-addresses');
  const fields = decodeFields(whole, fieldsAt);
  if (typeof fields === 'string') return invalid(fields);
  const endpoint = (at: number, portAt: number) => ({
    address: addressOf(whole.subarray(at, at + size)),
    port: view(whole).getUint16(portAt),
  });
  const ports = prefixLength + 2 * size;
  const source = endpoint(prefixLength, ports);
  const destination = endpoint(prefixLength + size, ports + 2);
  return {
    kind: 'complete',
    header: { command: 'proxy', source, destination, ...fields },
    length: whole.length,
  };
}

function decodeFields(whole: Uint8Array, start: number): ProxyFields | ProxyFault {
  const fields: { -readonly [K in keyof ProxyFields]: ProxyFields[K] } = {};
  for (let at = start; at < whole.length;) {
    if (whole.length - at < 3) return 'bad-field';
    const type = whole[at];
    const end = at + 3 + view(whole).getUint16(at + 1);
    if (end > whole.length) return 'bad-field';
    const value = whole.subarray(at + 3, end);
    if (type === fieldTypes.crc32c && !checksumHolds(whole, at + 3, value)) return 'bad-checksum';
    if (type === fieldTypes.uniqueId && value.length > maxUniqueId) return 'bad-field';
    const name = fieldNames.find((candidate) => fieldTypes[candidate] === type);
    if (name !== undefined) {
      const text = decodeText(value);
      if (text === null || fields[name] !== undefined) return 'bad-field';
      fields[name] = text;
    }
    at = end;
  }
  return fields;
}

/** The sum is over the whole header with the field's own four bytes zero. */
function checksumHolds(whole: Uint8Array, at: number, value: Uint8Array): boolean {
  if (value.length !== 4) return false;
  const zeroed = Uint8Array.from(whole).fill(0, at, at + 4);
  return crc32c(zeroed) === view(value).getUint32(0);
}

function decodeText(value: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    // Not UTF-8, though the sender chose the bytes: the caller answers with a named fault.
    return null;
  }
}

function encodeAddresses(source: ProxyEndpoint, destination: ProxyEndpoint): number[] {
  if (source.address.family !== destination.address.family) {
    throw new OpenGsaError('internal', 'PROXY header: source and destination differ in family');
  }
  return [
    ...source.address.bytes,
    ...destination.address.bytes,
    ...uint16(source.port),
    ...uint16(destination.port),
  ];
}

function encodeFields(fields: ProxyFields): number[] {
  return fieldNames.flatMap((name) => {
    const text = fields[name];
    if (text === undefined) return [];
    const value = [...new TextEncoder().encode(text)];
    if (name === 'uniqueId' && value.length > maxUniqueId) {
      throw new OpenGsaError('internal', `PROXY header: unique id is longer than ${maxUniqueId} bytes`);
    }
    return encodeField(fieldTypes[name], value);
  });
}

function encodeField(type: number, value: readonly number[]): number[] {
  return [type, ...uint16(value.length), ...value];
}

function addressOf(bytes: Uint8Array): Address {
  const text =
    bytes.length === 4
      ? bytes.join('.')
      : Array.from({ length: 8 }, (_, i) =>
          view(bytes)
            .getUint16(2 * i)
            .toString(16),
        ).join(':');
  const address = parseAddress(text);
  if (address === null) throw new OpenGsaError('internal', `PROXY header: ${text} is not an address`);
  return address;
}

function uint16(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function invalid(reason: ProxyFault): ProxyDecoding {
  return { kind: 'invalid', reason };
}
