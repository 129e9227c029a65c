// Which addresses the edge would dial: every special range with its neighbours, embedded IPv4, its own addresses.
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../../protocol/address.ts';
import { classifyAddress, isOwnListener } from '../../../../edge/core/address-policy.ts';

const settings = {
  ownAddresses: ['198.35.26.96', '2620:0:862:ed1a::1'],
  upstreams: [{ address: parseAddress('20.190.128.7')!, port: 9443 }],
};

/** Address, and the reason of the refusal (null: dialled). */
const table: [string, string | null][] = [
  ...around('0.0.0.0', '0.255.255.255', 'this-network', null, '1.0.0.0'),
  ...around('10.0.0.0', '10.255.255.255', 'private', '9.255.255.255', '11.0.0.0'),
  ...around('100.64.0.0', '100.127.255.255', 'shared-address-space', '100.63.255.255', '100.128.0.0'),
  ...around('127.0.0.0', '127.255.255.255', 'loopback', '126.255.255.255', '128.0.0.0'),
  ...around('169.254.0.0', '169.254.255.255', 'link-local', '169.253.255.255', '169.255.0.0'),
  ...around('172.16.0.0', '172.31.255.255', 'private', '172.15.255.255', '172.32.0.0'),
  ...around('192.0.0.0', '192.0.0.255', 'protocol-assignments', '191.255.255.255', '192.0.1.0'),
  ...around('192.0.2.0', '192.0.2.255', 'documentation', '192.0.1.255', '192.0.3.0'),
  ...around('192.88.99.0', '192.88.99.255', '6to4-relay', '192.88.98.255', '192.88.100.0'),
  ...around('192.168.0.0', '192.168.255.255', 'private', '192.167.255.255', '192.169.0.0'),
  ...around('198.18.0.0', '198.19.255.255', 'benchmarking', '198.17.255.255', '198.20.0.0'),
  ...around('198.51.100.0', '198.51.100.255', 'documentation', '198.51.99.255', '198.51.101.0'),
  ...around('203.0.113.0', '203.0.113.255', 'documentation', '203.0.112.255', '203.0.114.0'),
  ...around('224.0.0.0', '239.255.255.255', 'multicast', '223.255.255.255', null),
  ...around('240.0.0.0', '255.255.255.254', 'reserved', null, null),
  ['255.255.255.255', 'address-broadcast'],
  ['169.254.169.254', 'address-link-local'],
  ['::', 'address-unspecified'],
  ['::1', 'address-loopback'],
  ...around('fc00::', 'fdff:ffff::', 'unique-local', null, null),
  ...around('fe80::', 'febf:ffff::', 'link-local', null, null),
  ...around('fec0::', 'feff:ffff::', 'site-local', null, null),
  ...around('ff00::', 'ffff:ffff::', 'multicast', null, null),
  ...around('2001:db8::', '2001:db8:ffff:ffff::', 'documentation', '2001:db7:ffff::', '2001:db9::'),
  ...around('2002::', '2002:ffff::', '6to4', '2001:ffff::', '2003::'),
  ...around('3fff::', '3fff:fff:ffff::', 'documentation', '3ffe:ffff::', '3fff:1000::'),
  ...around('2001::', '2001:0:ffff::', 'teredo', '2000:ffff::', null),
  ['::ffff:10.0.0.1', 'address-private'],
  ['::ffff:169.254.169.254', 'address-link-local'],
  ['::10.0.0.1', 'address-ipv4-compatible'],
  ['::8.8.8.8', 'address-ipv4-compatible'],
  ['64:ff9b::8.8.8.8', null],
  ['64:ff9b::127.0.0.1', 'embedded-loopback'],
  ['64:ff9b::169.254.169.254', 'embedded-link-local'],
  ['64:ff9b::10.0.0.1', 'embedded-private'],
  ['64:ff9b::100.64.0.1', 'embedded-shared-address-space'],
  ['64:ff9b::198.35.26.96', 'own-address'],
  ['64:ff9b:1::8.8.8.8', 'address-nat64-local'],
  ['2002:808:808::1', 'address-6to4'],
  ['2001:4860:4860::5efe:8.8.8.8', 'address-isatap'],
  ['2001:4860:4860:0:200:5efe:10.0.0.1', 'address-isatap'],
  ['198.35.26.96', 'own-address'],
  ['198.35.26.95', null],
  ['198.35.26.97', null],
  ['2620:0:862:ed1a::1', 'own-address'],
  ['2620:0:862:ed1a::2', null],
  ['20.190.128.7', null],
  ['8.8.8.8', null],
  ['2603:1006:2000::1', null],
];

describe('the verdict names the range', () => {
  test.each(table)('%s: %s', (text, reason) => {
    const verdict = classifyAddress({ address: parseAddress(text)!, port: 443 }, settings);
    expect(verdict.kind === 'deny' ? verdict.denial.reason : null).toBe(reason);
    if (verdict.kind === 'deny') expect(verdict.denial.error).toBe('destination_ip_prohibited');
  });
});

test('every third address of each IPv4 /8 that is special as a whole is refused', () => {
  for (const first of [0, 10, 127, ...Array.from({ length: 32 }, (_, i) => 224 + i)]) {
    for (let second = 0; second < 256; second += 3) {
      const address = parseAddress(`${first}.${second}.${255 - second}.${second}`)!;
      expect(classifyAddress({ address, port: 443 }, settings).kind).toBe('deny');
    }
  }
});

test('the upstream of a class is refused to everybody who names it, on its port only', () => {
  const verdict = classifyAddress({ address: parseAddress('20.190.128.7')!, port: 9443 }, settings);
  expect(verdict).toMatchObject({ denial: { reason: 'upstream-of-class' } });
  const translated = classifyAddress(
    { address: parseAddress('64:ff9b::20.190.128.7')!, port: 9443 },
    settings,
  );
  expect(translated).toMatchObject({ denial: { reason: 'upstream-of-class' } });
});

test.each(['0.0.0.0', '::'])('a listener on %s is found at every address of this machine', (wildcard) => {
  const listeners = [{ address: parseAddress(wildcard)!, port: 8443 }];
  const isOwn = (text: string, port = 8443) =>
    isOwnListener({ address: parseAddress(text)!, port }, listeners, settings.ownAddresses);
  for (const own of ['127.0.0.1', '127.20.0.1', '::1', '0.0.0.0', '::', ...settings.ownAddresses]) {
    expect([own, isOwn(own)]).toEqual([own, true]);
  }
  expect(isOwn('127.0.0.1', 8444)).toBe(false);
  expect(isOwn('10.0.0.5')).toBe(false);
});

test('a listener on one address is no other address on its port', () => {
  const listeners = [{ address: parseAddress('127.0.0.1')!, port: 8443 }];
  expect(isOwnListener({ address: parseAddress('127.0.0.2')!, port: 8443 }, listeners, [])).toBe(false);
  expect(isOwnListener({ address: parseAddress('127.0.0.1')!, port: 8443 }, listeners, [])).toBe(true);
});

function around(
  first: string,
  last: string,
  range: string,
  below: string | null,
  above: string | null,
): [string, string | null][] {
  const inside: [string, string][] = [first, last].map((text) => [text, `address-${range}`]);
  const outside: [string, null][] = [below, above]
    .filter((text) => text !== null)
    .map((text) => [text, null]);
  return [...inside, ...outside];
}
