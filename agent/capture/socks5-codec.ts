// The messages of SOCKS5 (RFC 1928) and its user/password exchange (RFC 1929), read from bytes that may still be arriving.
import { parseAddress } from '../../protocol/address.ts';
import { type Destination, type Host, parseHost } from '../../protocol/destination.ts';

/** What the bytes so far say. `length` is how many of them belong to the message; what follows is the next one's. */
export type Decoded<T> =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'complete'; readonly value: T; readonly length: number };

/** The longest message that can be asked for: a user/password exchange with two fields of 255 bytes. */
export const socks5LongestMessage = 3 + 255 + 255;

/** RFC 1928 section 3. */
export const socks5Methods = { none: 0x00, password: 0x02, unacceptable: 0xff } as const;
export type Socks5Method = (typeof socks5Methods)[keyof typeof socks5Methods];

/** RFC 1928 section 6. */
export const socks5Replies = {
  succeeded: 0x00,
  generalFailure: 0x01,
  notAllowed: 0x02,
  networkUnreachable: 0x03,
  hostUnreachable: 0x04,
  connectionRefused: 0x05,
  commandNotSupported: 0x07,
  addressTypeNotSupported: 0x08,
} as const;
export type Socks5Reply = (typeof socks5Replies)[keyof typeof socks5Replies];

export type Socks5Credentials = { readonly user: Buffer; readonly password: Buffer };

/** `unusable`: well-formed, but nothing that can be connected to; `reply` says why to the client. */
export type Socks5Request =
  | { readonly kind: 'connect'; readonly destination: Destination }
  | { readonly kind: 'unusable'; readonly reply: Socks5Reply; readonly reason: string };

const version = 0x05;
const passwordVersion = 0x01;
const connectCommand = 0x01;

/** The methods that the client offers (RFC 1928 section 3). */
export function decodeGreeting(bytes: Buffer): Decoded<readonly number[]> {
  const [first, count] = bytes;
  if (first === undefined) return incomplete;
  if (first !== version) return wrongVersion;
  if (count === undefined) return incomplete;
  if (count === 0) return { kind: 'invalid', reason: 'no-method-offered' };
  const length = 2 + count;
  if (bytes.length < length) return incomplete;
  return { kind: 'complete', value: [...bytes.subarray(2, length)], length };
}

/** RFC 1929 section 2. Empty fields are accepted: some clients have no password to give. */
export function decodeCredentials(bytes: Buffer): Decoded<Socks5Credentials> {
  const [first, userLength] = bytes;
  if (first === undefined) return incomplete;
  if (first !== passwordVersion) return wrongVersion;
  if (userLength === undefined) return incomplete;
  const passwordLength = bytes[2 + userLength];
  if (passwordLength === undefined) return incomplete;
  const passwordAt = 3 + userLength;
  const length = passwordAt + passwordLength;
  if (bytes.length < length) return incomplete;
  return {
    kind: 'complete',
    value: {
      user: Buffer.from(bytes.subarray(2, 2 + userLength)),
      password: Buffer.from(bytes.subarray(passwordAt, length)),
    },
    length,
  };
}

/** RFC 1928 sections 4 and 5. */
export function decodeRequest(bytes: Buffer): Decoded<Socks5Request> {
  const [first, command, reserved, addressType] = bytes;
  if (first === undefined) return incomplete;
  if (first !== version) return wrongVersion;
  if (command === undefined || reserved === undefined || addressType === undefined) return incomplete;
  if (reserved !== 0) return { kind: 'invalid', reason: 'reserved-byte-set' };
  const hostAt = addressType === addressTypes.name ? 5 : 4;
  const hostLength = lengthOfHost(addressType, bytes[4]);
  if (hostLength === null) {
    // How long the rest is cannot be known, so nothing after it is read.
    const value = unusable(socks5Replies.addressTypeNotSupported, 'address-type-not-supported');
    return { kind: 'complete', value, length: bytes.length };
  }
  const length = hostAt + hostLength + 2;
  if (Number.isNaN(length) || bytes.length < length) return incomplete;
  const host = readHost(addressType, bytes.subarray(hostAt, hostAt + hostLength));
  const port = bytes.readUInt16BE(length - 2);
  return { kind: 'complete', value: judge(command, host, port), length };
}

export function encodeMethod(method: Socks5Method): Buffer {
  return Buffer.of(version, method);
}

export function encodeCredentialsReply(accepted: boolean): Buffer {
  return Buffer.of(passwordVersion, accepted ? 0 : 1);
}

/** The bound address is left unspecified: it is the edge's or the system's, and clients do not use it after CONNECT. */
export function encodeReply(reply: Socks5Reply): Buffer {
  return Buffer.of(version, reply, 0, addressTypes.ipv4, 0, 0, 0, 0, 0, 0);
}

const addressTypes = { ipv4: 0x01, name: 0x03, ipv6: 0x04 } as const;
const incomplete = { kind: 'incomplete' } as const;
const wrongVersion = { kind: 'invalid', reason: 'wrong-version' } as const;

/** NaN while a name's length has not arrived; null for an unknown type. */
function lengthOfHost(addressType: number, nameLength: number | undefined): number | null {
  switch (addressType) {
    case addressTypes.ipv4:
      return 4;
    case addressTypes.ipv6:
      return 16;
    case addressTypes.name:
      return nameLength ?? Number.NaN;
    default:
      return null;
  }
}

function readHost(addressType: number, bytes: Buffer): Host | null {
  if (addressType === addressTypes.name) return parseHost(bytes.toString('latin1'));
  const text = addressType === addressTypes.ipv4 ? [...bytes].join('.') : ipv6Text(bytes);
  const address = parseAddress(text);
  return address === null ? null : { kind: 'address', address };
}

function ipv6Text(bytes: Buffer): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(bytes.readUInt16BE(i).toString(16));
  return groups.join(':');
}

function judge(command: number, host: Host | null, port: number): Socks5Request {
  if (command !== connectCommand) {
    return unusable(socks5Replies.commandNotSupported, 'command-not-supported');
  }
  if (host === null) return unusable(socks5Replies.hostUnreachable, 'bad-host');
  if (port === 0) return unusable(socks5Replies.connectionRefused, 'bad-port');
  return { kind: 'connect', destination: { host, port } };
}

function unusable(reply: Socks5Reply, reason: string): Socks5Request {
  return { kind: 'unusable', reply, reason };
}
