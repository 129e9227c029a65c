// Every special-purpose range with its neighbours on both sides, and the IPv4 addresses hidden in IPv6.
import { describe, expect, test } from 'vitest';
import { type Address, parseAddress, parsePrefix } from '../../../protocol/address.ts';
import { embeddedIpv4, isGlobalUnicast, specialRange } from '../../../protocol/special-purpose.ts';

/** Range, name, what the addresses just below and just above are (null: public; undefined: no such address). */
const cases: [string, string, string | null | undefined, string | null | undefined][] = [
  ['0.0.0.0/8', 'this-network', undefined, null],
  ['10.0.0.0/8', 'private', null, null],
  ['100.64.0.0/10', 'shared-address-space', null, null],
  ['127.0.0.0/8', 'loopback', null, null],
  ['169.254.0.0/16', 'link-local', null, null],
  ['172.16.0.0/12', 'private', null, null],
  ['192.0.0.0/24', 'protocol-assignments', null, null],
  ['192.0.2.0/24', 'documentation', null, null],
  ['192.31.196.0/24', 'as112', null, null],
  ['192.52.193.0/24', 'amt', null, null],
  ['192.88.99.0/24', '6to4-relay', null, null],
  ['192.168.0.0/16', 'private', null, null],
  ['192.175.48.0/24', 'as112', null, null],
  ['198.18.0.0/15', 'benchmarking', null, null],
  ['198.51.100.0/24', 'documentation', null, null],
  ['203.0.113.0/24', 'documentation', null, null],
  ['224.0.0.0/4', 'multicast', null, 'reserved'],
  ['255.255.255.255/32', 'broadcast', 'reserved', undefined],
  ['64:ff9b::/96', 'nat64', 'unallocated', 'unallocated'],
  ['64:ff9b:1::/48', 'nat64-local', 'unallocated', 'unallocated'],
  ['100::/64', 'discard-only', 'unallocated', 'discard-only'],
  ['100:0:0:1::/64', 'discard-only', 'discard-only', 'unallocated'],
  ['2001::/32', 'teredo', null, 'protocol-assignments'],
  ['2001:2::/48', 'benchmarking', 'protocol-assignments', 'protocol-assignments'],
  ['2001:3::/32', 'amt', 'protocol-assignments', 'protocol-assignments'],
  ['2001:4:112::/48', 'as112', 'protocol-assignments', 'protocol-assignments'],
  ['2001:10::/28', 'orchid', 'protocol-assignments', 'orchid'],
  ['2001:20::/28', 'orchid', 'orchid', 'drone-id'],
  ['2001:30::/28', 'drone-id', 'orchid', 'protocol-assignments'],
  ['2001:db8::/32', 'documentation', null, null],
  ['2002::/16', '6to4', null, null],
  ['2620:4f:8000::/48', 'direct-delegation', null, null],
  ['3fff::/20', 'documentation', null, null],
  ['5f00::/16', 'segment-routing', 'unallocated', 'unallocated'],
  ['fc00::/7', 'unique-local', 'unallocated', 'unallocated'],
  ['fe80::/10', 'link-local', 'unallocated', 'site-local'],
  ['fec0::/10', 'site-local', 'link-local', 'multicast'],
  ['ff00::/8', 'multicast', 'site-local', undefined],
];

describe.each(cases)('%s is %s', (range, name, below, above) => {
  const prefix = parsePrefix(range)!;
  const [first, last] = ends(prefix.address.bytes, prefix.length);

  test('at both ends and inside', () => {
    for (const bytes of [first, last, middle(first, last)]) expect(specialRange(address(bytes))).toBe(name);
  });

  test('and not beyond', () => {
    if (below !== undefined) expect(specialRange(address(step(first, -1)))).toBe(below);
    if (above !== undefined) expect(specialRange(address(step(last, 1)))).toBe(above);
  });
});

test.each([
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::2', 'ipv4-compatible'],
  ['::192.0.2.1', 'ipv4-compatible'],
  ['::1:0:0', 'unallocated'],
  ['240.0.0.0', 'reserved'],
  ['4000::', 'unallocated'],
  ['2a00:1450:4001::5efe:10.0.0.1', 'isatap'],
  ['2a00:1450:4001:0:200:5efe:8.8.8.8', 'isatap'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:10.1.2.3', 'private'],
])('%s is %s', (text, name) => {
  expect(specialRange(parseAddress(text)!)).toBe(name);
});

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '20.190.128.1',
  '223.255.255.255',
  '2001:4860:4860::8888',
  '2603:1006::1',
  '2a00::1',
])('%s is ordinary public unicast', (text) => {
  expect(isGlobalUnicast(parseAddress(text)!)).toBe(true);
});

test.each([
  ['64:ff9b::a9fe:a9fe', '169.254.169.254'],
  ['64:ff9b:1:a9fe:a9:fe00::', '169.254.169.254'],
  ['2002:7f00:1::', '127.0.0.1'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', '192.0.2.45'],
  ['2a00:1450::5efe:10.0.0.1', '10.0.0.1'],
  ['::10.0.0.1', '10.0.0.1'],
  ['2001:4860:4860::8888', null],
  ['fe80::1', null],
  ['8.8.8.8', null],
])('%s carries %s', (text, inner) => {
  expect(embeddedIpv4(parseAddress(text)!)?.text ?? null).toBe(inner);
});

function ends(bytes: readonly number[], length: number): [number[], number[]] {
  const last = bytes.map((byte, i) => byte | (0xff >> Math.min(8, Math.max(0, length - 8 * i))));
  return [[...bytes], last];
}

function middle(first: readonly number[], last: readonly number[]): number[] {
  return first.map((byte, i) => (byte + last[i]!) >> 1);
}

function step(bytes: readonly number[], by: 1 | -1): number[] {
  const result = [...bytes];
  for (let i = result.length - 1; i >= 0; i--) {
    result[i] = (result[i]! + by) & 0xff;
    if (result[i] !== (by === 1 ? 0 : 0xff)) break;
  }
  return result;
}

function address(bytes: readonly number[]): Address {
  const text =
    bytes.length === 4
      ? bytes.join('.')
      : Array.from({ length: 8 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16)).join(
          ':',
        );
  return parseAddress(text)!;
}
