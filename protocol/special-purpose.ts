// The special-purpose address ranges of both families (IANA registries, RFC 6890 and later), by name: what is not
// ordinary public unicast, and which addresses carry an IPv4 address inside.
import { type Address, parseAddress, parsePrefix, type Prefix, prefixContains } from './address.ts';
import { OpenGsaError } from './error.ts';

/** Stable names; they appear in refusals and logs. */
export type SpecialRange =
  | 'this-network'
  | 'private'
  | 'shared-address-space'
  | 'loopback'
  | 'link-local'
  | 'protocol-assignments'
  | 'documentation'
  | '6to4-relay'
  | 'as112'
  | 'amt'
  | 'benchmarking'
  | 'multicast'
  | 'reserved'
  | 'broadcast'
  | 'unspecified'
  | 'ipv4-compatible'
  | 'nat64'
  | 'nat64-local'
  | 'discard-only'
  | 'teredo'
  | 'orchid'
  | 'drone-id'
  | 'segment-routing'
  | '6to4'
  | 'isatap'
  | 'unique-local'
  | 'site-local'
  | 'direct-delegation'
  | 'unallocated';

/** First match wins, so narrower ranges stand before the wider ones that hold them. */
const table: readonly (readonly [string, SpecialRange])[] = [
  ['0.0.0.0/8', 'this-network'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared-address-space'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'protocol-assignments'],
  ['192.0.2.0/24', 'documentation'],
  ['192.31.196.0/24', 'as112'],
  ['192.52.193.0/24', 'amt'],
  ['192.88.99.0/24', '6to4-relay'],
  ['192.168.0.0/16', 'private'],
  ['192.175.48.0/24', 'as112'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['::/96', 'ipv4-compatible'],
  ['64:ff9b::/96', 'nat64'],
  ['64:ff9b:1::/48', 'nat64-local'],
  ['100::/64', 'discard-only'],
  ['100:0:0:1::/64', 'discard-only'],
  ['2001::/32', 'teredo'],
  ['2001:2::/48', 'benchmarking'],
  ['2001:3::/32', 'amt'],
  ['2001:4:112::/48', 'as112'],
  ['2001:10::/28', 'orchid'],
  ['2001:20::/28', 'orchid'],
  ['2001:30::/28', 'drone-id'],
  ['2001:db8::/32', 'documentation'],
  ['2001::/23', 'protocol-assignments'],
  ['2002::/16', '6to4'],
  ['2620:4f:8000::/48', 'direct-delegation'],
  ['3fff::/20', 'documentation'],
  ['5f00::/16', 'segment-routing'],
  ['fc00::/7', 'unique-local'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'site-local'],
  ['ff00::/8', 'multicast'],
];

const ranges = table.map(([text, name]) => ({ prefix: prefixOf(text), name }));
/** The only block from which IPv6 unicast addresses are given out. */
const allocatedIpv6 = prefixOf('2000::/3');

/** The special-purpose range that holds `address`, or null for ordinary public unicast. */
export function specialRange(address: Address): SpecialRange | null {
  const found = ranges.find(({ prefix }) => prefixContains(prefix, address));
  if (found !== undefined) return found.name;
  if (address.family === 'ipv4') return null;
  if (isIsatap(address)) return 'isatap';
  return prefixContains(allocatedIpv6, address) ? null : 'unallocated';
}

/** Whether `address` is ordinary public unicast: what a device's egress address must be. */
export function isGlobalUnicast(address: Address): boolean {
  return specialRange(address) === null;
}

/**
 * The IPv4 address that an IPv6 address carries for a translator or a tunnel, or null. Covers NAT64 with both
 * prefixes (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo's client (RFC 4380), ISATAP (RFC 5214) and IPv4-compatible
 * addresses. A packet to such an address may reach the inner one.
 */
export function embeddedIpv4(address: Address): Address | null {
  if (address.family === 'ipv4') return null;
  const bytes = address.bytes;
  switch (specialRange(address)) {
    case 'nat64':
    case 'ipv4-compatible':
    case 'isatap':
      return ipv4(bytes.slice(12));
    case 'nat64-local':
      // RFC 6052 section 2.2 for a /48: two bytes, the reserved byte 8, two bytes.
      return ipv4([...bytes.slice(6, 8), ...bytes.slice(9, 11)]);
    case '6to4':
      return ipv4(bytes.slice(2, 6));
    case 'teredo':
      return ipv4(bytes.slice(12).map((byte) => byte ^ 0xff));
    default:
      return null;
  }
}

/** Interface identifier 0:5efe or 200:5efe before an IPv4 address (RFC 5214 section 6.1). */
function isIsatap({ bytes }: Address): boolean {
  const universal = bytes[8] === 0x00 || bytes[8] === 0x02;
  return universal && bytes[9] === 0x00 && bytes[10] === 0x5e && bytes[11] === 0xfe;
}

function ipv4(bytes: readonly number[]): Address | null {
  return parseAddress(bytes.join('.'));
}

function prefixOf(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === null) throw new OpenGsaError('internal', `special-purpose range ${text} is not a prefix`);
  return prefix;
}
