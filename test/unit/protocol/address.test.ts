// Addresses and prefixes are read strictly and come out in one form.
import fc from 'fast-check';
import { isIP } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  addressOfBytes,
  formatPrefix,
  isUnspecified,
  parseAddress,
  parseNetwork,
  parsePrefix,
  prefixContains,
  unspecified,
} from '../../../protocol/address.ts';

describe('parseAddress', () => {
  test.each([
    ['192.0.2.1', 'ipv4', '192.0.2.1'],
    ['0.0.0.0', 'ipv4', '0.0.0.0'],
    ['2001:DB8::7', 'ipv6', '2001:db8::7'],
    ['2001:db8:0:0:1:0:0:1', 'ipv6', '2001:db8::1:0:0:1'],
    ['::', 'ipv6', '::'],
    ['::ffff:192.0.2.1', 'ipv4', '192.0.2.1'],
    ['::FFFF:c000:201', 'ipv4', '192.0.2.1'],
    ['::192.0.2.1', 'ipv6', '::c000:201'],
    ['64:ff9b::192.0.2.1', 'ipv6', '64:ff9b::c000:201'],
  ])('%s is %s %s', (text, family, canonical) => {
    expect(parseAddress(text)).toMatchObject({ family, text: canonical });
  });

  test.each([
    '',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '192.0.2.01',
    '192.0.2.256',
    '192.0.2',
    '192.0.2.1.',
    ' 192.0.2.1',
    '[::1]',
    'fe80::1%eth0',
    '::ffff:192.0.2.01',
    '1::2::3',
    ':::',
    '12345::',
    '192.0.2.1/32',
    '１.2.3.4',
  ])('%j is no address', (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  test('whatever it accepts, the runtime accepts too, and the canonical form is stable', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 20 })), (text) => {
        const address = parseAddress(text);
        if (address === null) return;
        expect(isIP(text)).not.toBe(0);
        expect(parseAddress(address.text)).toEqual(address);
        expect(address.bytes).toHaveLength(address.family === 'ipv4' ? 4 : 16);
      }),
    );
  });

  test('every address that the runtime accepts without a zone is accepted', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        expect(parseAddress(text) === null).toBe(isIP(text) === 0);
      }),
    );
  });
});

describe('prefixes', () => {
  test.each([
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['::1', '::1/128'],
    ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
  ])('%s is %s', (text, canonical) => {
    const prefix = parsePrefix(text);
    expect(prefix && formatPrefix(prefix)).toBe(canonical);
  });

  test.each([
    '192.0.2.1/24',
    '192.0.2.0/33',
    '192.0.2.0/',
    '192.0.2.0/024',
    '192.0.2.0/-1',
    '/24',
    '2001:db8::1/32',
    '::ffff:1.2.3.4/64',
    '192.0.2.0/24/8',
  ])('%s is refused', (text) => {
    expect(parsePrefix(text)).toBeNull();
  });

  test.each([
    ['192.0.2.0/25', '192.0.2.127', true],
    ['192.0.2.0/25', '192.0.2.128', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::1', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['192.0.2.0/24', '::ffff:192.0.2.9', true],
  ])('%s holds %s: %s', (prefixText, addressText, expected) => {
    expect(prefixContains(parsePrefix(prefixText)!, parseAddress(addressText)!)).toBe(expected);
  });

  test.each([
    ['192.0.2.7/24', '192.0.2.0/24'],
    ['192.0.2.255/25', '192.0.2.128/25'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['2001:db8:7fff::1/33', '2001:db8::/33'],
    ['::ffff:192.0.2.7/120', '192.0.2.0/24'],
  ])('the network of %s is %s', (text, expected) => {
    expect(formatPrefix(parseNetwork(text)!)).toBe(expected);
  });

  test.each(['192.0.2.7/33', '::ffff:192.0.2.7/64', 'contoso.test/24'])('%s has no network', (text) => {
    expect(parseNetwork(text)).toBeNull();
  });

  test.each(['192.0.2.7', '2001:db8::7'])('%s is made of its bytes', (text) => {
    expect(addressOfBytes(parseAddress(text)!.bytes)).toEqual(parseAddress(text));
  });
});

test('the address that names nobody is known in every spelling', () => {
  for (const text of ['0.0.0.0', '::', '0:0::0', '::ffff:0.0.0.0'])
    expect(isUnspecified(parseAddress(text)!)).toBe(true);
  for (const text of ['0.0.0.1', '::1', '127.0.0.1']) expect(isUnspecified(parseAddress(text)!)).toBe(false);
  expect([unspecified.ipv4, unspecified.ipv6]).toEqual([parseAddress('0.0.0.0'), parseAddress('::')]);
});
