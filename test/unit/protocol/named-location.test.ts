// Named locations in the shapes that people have them in, and faults named by where they stand.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePrefix } from '../../../protocol/address.ts';
import { OpenGsaError } from '../../../protocol/error.ts';
import { namedLocationList, parseNamedLocations } from '../../../protocol/named-location.ts';

const read = (value: unknown) => parseNamedLocations(value, 'list.json');
const ip = (ranges: readonly unknown[], more: object = {}) => ({
  '@odata.type': '#microsoft.graph.ipNamedLocation',
  id: '0854951d-5fc0-4eb1-b392-9b2c9d7949c2',
  displayName: 'Berlin office',
  isTrusted: true,
  ipRanges: ranges,
  ...more,
});
const v4 = (cidrAddress: unknown) => ({ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress });
const v6 = (cidrAddress: unknown) => ({ '@odata.type': '#microsoft.graph.iPv6CidrRange', cidrAddress });
const berlin = (ranges: readonly string[]) => ({
  kind: 'ranges',
  name: 'Berlin office',
  trusted: true,
  ranges,
});
const germany = {
  '@odata.type': '#microsoft.graph.countryNamedLocation',
  displayName: 'Germany',
  countriesAndRegions: ['DE'],
  includeUnknownCountriesAndRegions: false,
};

describe("Graph's shape", () => {
  const collection = {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/namedLocations',
    value: [ip([v4('203.0.113.0/24'), v6('2001:db8::/32')]), germany],
  };

  test('a collection, a list and a single object say the same', () => {
    const office = berlin(['203.0.113.0/24', '2001:db8::/32']);
    expect(read(collection)).toEqual([office, { kind: 'countries', name: 'Germany', countries: ['DE'] }]);
    expect(read(collection.value)).toEqual(read(collection));
    expect(read(collection.value[0])).toEqual([office]);
  });

  test('what it makes is what is kept', () => {
    expect(namedLocationList.parse(read(collection))).toEqual(read(collection));
  });

  test('a location of another kind is kept by its name', () => {
    const type = '#microsoft.graph.compliantNetworkNamedLocation';
    expect(read({ '@odata.type': type, displayName: 'All Compliant Network locations' })).toEqual([
      { kind: 'other', name: 'All Compliant Network locations', type: 'compliantNetworkNamedLocation' },
    ]);
  });

  test.each([
    ['host bits are cleared', v4('203.0.113.7/24'), ['203.0.113.0/24']],
    ['an address alone is itself', v4('203.0.113.7'), ['203.0.113.7/32']],
    ['an IPv4-mapped range is IPv4', { cidrAddress: '::ffff:203.0.113.0/120' }, ['203.0.113.0/24']],
    ['IPv6 in any spelling', v6('2001:0DB8:0:0::7/64'), ['2001:db8::/64']],
    [
      'lower and upper address',
      { lowerAddress: '203.0.113.7', upperAddress: '203.0.113.9' },
      ['203.0.113.7/32', '203.0.113.8/31'],
    ],
  ])('%s', (_, range, expected) => {
    expect(read(ip([range]))).toEqual([berlin(expected)]);
  });

  test('trust that is not stated is none', () => {
    expect(read(ip([v4('203.0.113.0/24')], { isTrusted: null }))).toMatchObject([{ trusted: false }]);
  });
});

describe('our own shape', () => {
  test('name, trust and ranges, alone, in a list, or as the edge is configured', () => {
    const own = { name: 'HQ', trusted: true, ranges: ['192.0.2.0/25'], policies: ['Require office'] };
    const expected = [{ kind: 'ranges', name: 'HQ', trusted: true, ranges: ['192.0.2.0/25'] }];
    expect(read(own)).toEqual(expected);
    expect(read([own])).toEqual(expected);
    expect(read({ namedLocations: [own] })).toEqual(expected);
    expect(read([])).toEqual([]);
  });
});

describe('a fault is named by where it stands', () => {
  const good = ip([v4('203.0.113.0/24')]);
  test.each<[string, unknown, RegExp]>([
    [
      'value[2].ipRanges[0].cidrAddress',
      { value: [good, good, ip([v4('203.0.113.0/33')])] },
      /must be a range/,
    ],
    [
      'value[0].ipRanges[1].cidrAddress',
      { value: [ip([v4('192.0.2.1'), v4('2001:db8::/32')])] },
      /is of IPv6, and @odata.type says IPv4/,
    ],
    ['[0].ipRanges[0].cidrAddress', [ip([v4(7)])], /string/],
    ['ipRanges[0].upperAddress', ip([{ lowerAddress: '192.0.2.9', upperAddress: '192.0.2.1' }]), /below/],
    ['ipRanges[0].upperAddress', ip([{ lowerAddress: '192.0.2.9', upperAddress: '::1' }]), /family/],
    [
      'ipRanges[0].upperAddress',
      ip([{ lowerAddress: '::fffe:ffff:ffff', upperAddress: '::1:0:0:0' }]),
      /must be of the family/,
    ],
    ['ipRanges', ip([]), /at least one range/],
    ['[1].displayName', [good, ip([v4('192.0.2.1')], { displayName: 'a\u001b[2J' })], /control characters/],
    [
      'value[0].countriesAndRegions[0]',
      { value: [{ ...germany, countriesAndRegions: ['Germany'] }] },
      /capital/,
    ],
    [
      'namedLocations[0].ranges[0]',
      { namedLocations: [{ name: 'HQ', ranges: ['192.0.2.300'] }] },
      /range such/,
    ],
    ['value', { value: 'none' }, /must be a list/],
    ['@odata.nextLink', { value: [good], '@odata.nextLink': 'https://graph.test/2' }, /one page of several/],
    ['[0]', [{ displayName: 'Nothing else' }], /must be Graph/],
    ['[1]', [good, 'Berlin'], /must be Graph/],
    ['(top level)', 'Berlin', /must be Graph/],
    ['(top level)', null, /must be Graph/],
    ['(top level)', Array.from({ length: 1001 }, () => good), /more than 1000 locations/],
    ['value', { value: Array.from({ length: 21 }, () => ip(manyRanges(1000))) }, /more than 20000 ranges/],
  ])('%s', (path, value, message) => {
    const fault = faultOf(value);
    expect(fault).toMatchObject({ code: 'bad-config' });
    expect(fault?.message).toContain(`list.json: ${path}: `);
    expect(fault?.message).toMatch(message);
  });
});

test('whatever it is given, it answers with canonical ranges or a named fault', () => {
  const range = fc.oneof(
    fc.record({
      cidrAddress: fc.oneof(
        fc.ipV4(),
        fc.ipV6(),
        fc.string(),
        fc.tuple(fc.ipV6(), fc.nat(140)).map(([a, n]) => `${a}/${n}`),
      ),
    }),
    fc.record({ lowerAddress: fc.oneof(fc.ipV4(), fc.ipV6()), upperAddress: fc.oneof(fc.ipV4(), fc.ipV6()) }),
    fc.anything(),
  );
  const location = fc.oneof(
    fc.record({ displayName: fc.string(), ipRanges: fc.array(range, { maxLength: 4 }) }),
    fc.record({ name: fc.string(), ranges: fc.array(fc.oneof(fc.ipV4(), fc.anything()), { maxLength: 4 }) }),
    fc.anything(),
  );
  const value = fc.oneof(
    location,
    fc.array(location, { maxLength: 4 }),
    fc.record({ value: fc.array(location) }),
  );
  fc.assert(
    fc.property(value, (given) => {
      const fault = faultOf(given);
      if (fault !== null) return fault.message.startsWith('list.json: ');
      return read(given).every(
        (one) => one.kind !== 'ranges' || one.ranges.every((r) => parsePrefix(r) !== null),
      );
    }),
    { seed: 20_261_127, numRuns: 2000 },
  );
});

function manyRanges(count: number): unknown[] {
  return Array.from({ length: count }, (_, i) => v4(`198.51.${i >> 8}.${i & 255}`));
}

function faultOf(value: unknown): OpenGsaError | null {
  try {
    read(value);
    return null;
  } catch (error) {
    if (error instanceof OpenGsaError) return error;
    throw error;
  }
}
