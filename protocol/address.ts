// IP addresses and prefixes in canonical form. Text is parsed strictly: only dotted-quad IPv4 without
// leading zeros and RFC 4291 IPv6 text without brackets or zone.
import ipaddr from 'ipaddr.js';

export type Family = 'ipv4' | 'ipv6';
export const families: readonly Family[] = ['ipv4', 'ipv6'];

/** An address. `text` is canonical (RFC 5952 for IPv6); an IPv4-mapped IPv6 address is its IPv4 address. */
export type Address = { readonly family: Family; readonly text: string; readonly bytes: readonly number[] };

/** An address range `address/length` whose host bits are zero. */
export type Prefix = { readonly address: Address; readonly length: number };

/** The address that names nobody, per family. */
export const unspecified: Readonly<Record<Family, Address>> = {
  ipv4: fromParsed(ipaddr.IPv4.parse('0.0.0.0')),
  ipv6: fromParsed(ipaddr.IPv6.parse('::')),
};

export function isUnspecified({ family, text }: Address): boolean {
  return text === unspecified[family].text;
}

/** The address that `text` spells, or null. Odd spellings (127.1, 0x7f.1, 010.0.0.1, [::1], fe80::1%eth0) are null. */
export function parseAddress(text: string): Address | null {
  if (text.includes(':')) return text.includes('%') ? null : parseIpv6(text);
  return ipaddr.IPv4.isValidFourPartDecimal(text) && !/(^|\.)0\d/.test(text)
    ? fromParsed(ipaddr.IPv4.parse(text))
    : null;
}

/** The prefix that `text` spells (`192.0.2.0/24`; a bare address is its own /32 or /128), or null. Host bits must be zero. */
export function parsePrefix(text: string): Prefix | null {
  const read = readPrefix(text);
  return read !== null && hostBitsAreZero(read.address.bytes, read.length) ? read : null;
}

/** As `parsePrefix`, for lists that people keep by hand: host bits are cleared, so `192.0.2.7/24` is `192.0.2.0/24`. */
export function parseNetwork(text: string): Prefix | null {
  const read = readPrefix(text);
  return read === null ? null : { ...read, address: withoutHostBits(read.address, read.length) };
}

/** The address of `bytes`: four of IPv4, sixteen of IPv6. */
export function addressOfBytes(bytes: readonly number[]): Address {
  return fromParsed(ipaddr.fromByteArray([...bytes]));
}

/** Whether `address` lies in `prefix`. Families never match across. */
export function prefixContains(prefix: Prefix, address: Address): boolean {
  if (prefix.address.family !== address.family) return false;
  const whole = Math.floor(prefix.length / 8);
  for (let i = 0; i < whole; i++) if (prefix.address.bytes[i] !== address.bytes[i]) return false;
  const rest = prefix.length % 8;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((prefix.address.bytes[whole] ?? 0) & mask) === ((address.bytes[whole] ?? 0) & mask);
}

export function formatPrefix(prefix: Prefix): string {
  return `${prefix.address.text}/${prefix.length}`;
}

function readPrefix(text: string): Prefix | null {
  const [addressText = '', lengthText, ...rest] = text.split('/');
  const address = parseAddress(addressText);
  if (address === null || rest.length > 0) return null;
  const bits = address.bytes.length * 8;
  if (lengthText === undefined) return { address, length: bits };
  if (!/^(0|[1-9]\d{0,2})$/.test(lengthText)) return null;
  // ::ffff:192.0.2.0/120 is 192.0.2.0/24: the mapping takes 96 bits away.
  const length = Number(lengthText) - (addressText.includes(':') && address.family === 'ipv4' ? 96 : 0);
  return length < 0 || length > bits ? null : { address, length };
}

function withoutHostBits(address: Address, length: number): Address {
  const kept = address.bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, length - i * 8))));
  return addressOfBytes(kept);
}

function parseIpv6(text: string): Address | null {
  const plain = withoutDottedTail(text);
  return plain !== null && ipaddr.IPv6.isValid(plain) ? fromParsed(ipaddr.IPv6.parse(plain)) : null;
}

/** `::192.0.2.1` as `::c000:201`, because the library takes that spelling for an IPv4-mapped address. */
function withoutDottedTail(text: string): string | null {
  if (!text.includes('.')) return text;
  const start = text.lastIndexOf(':') + 1;
  const tail = parseAddress(text.slice(start));
  if (tail === null) return null;
  const [a = 0, b = 0, c = 0, d = 0] = tail.bytes;
  return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function fromParsed(parsed: ipaddr.IPv4 | ipaddr.IPv6): Address {
  const plain =
    parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
  return {
    family: plain instanceof ipaddr.IPv6 ? 'ipv6' : 'ipv4',
    text: plain instanceof ipaddr.IPv6 ? plain.toRFC5952String() : plain.toString(),
    bytes: plain.toByteArray(),
  };
}

function hostBitsAreZero(bytes: readonly number[], length: number): boolean {
  return bytes.every((byte, i) => {
    const kept = Math.min(8, Math.max(0, length - i * 8));
    return (byte & (0xff >> kept)) === 0;
  });
}
