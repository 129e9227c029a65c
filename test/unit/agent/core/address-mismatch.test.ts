// The mismatch alarm: certain differences within one tenant, per family; what is not known proves nothing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressMismatch, alike, seenByGroups } from '../../../../agent/core/address-mismatch.ts';
import type { SeenAddress, SeenAs } from '../../../../protocol/seen-as.ts';
import { seen, unknownAddress } from '../../../support/seen-as.ts';

const own = '203.0.113.7';
const own6 = '2001:db8::7';
const edge = '198.51.100.5';

type Who = Partial<SeenAs>;
const signIn: Who = { group: 'Sign-in' };
const graph: Who = { group: 'Graph' };
const withUnknown = (family: 'ipv4' | 'ipv6', address: string, who: Who): SeenAs => {
  const one = seen([address], who);
  return { ...one, addresses: { ...one.addresses, [family]: unknownAddress } };
};

describe('no alarm', () => {
  test.each<[string, readonly SeenAs[]]>([
    ['one address', [seen([edge], signIn), seen([edge], graph)]],
    ['all direct on a network with both families', [seen([own, own6], signIn), seen([own, own6], graph)]],
    ['one that is blocked', [seen([edge], signIn), seen([], { ...graph, path: 'blocked' })]],
    ['an edge whose address is not known', [withUnknown('ipv4', own6, signIn), seen([own, own6], graph)]],
    [
      'an edge that tells one family, in the same place as the device',
      [withUnknown('ipv6', own, signIn), seen([own, own6], graph)],
    ],
    [
      'an own IPv4 address that is being checked',
      [withUnknown('ipv6', edge, signIn), withUnknown('ipv4', own6, graph)],
    ],
    ['another address of the organisation’s own service', [seen([own]), seen([edge], graph)]],
    ['nothing at all', []],
  ])('for %s', (_, given) => {
    expect(addressMismatch(given)).toBeNull();
  });
});

describe('alarm', () => {
  test.each<[string, readonly SeenAs[], readonly (readonly string[])[]]>([
    ['sign-in direct, Graph anchored', [seen([own], signIn), seen([edge], graph)], [[own], [edge]]],
    [
      'sign-in direct with both families, Graph anchored over IPv4',
      [seen([own, own6], signIn), withUnknown('ipv6', edge, graph)],
      [[own, own6], [edge]],
    ],
    [
      'same IPv4 address, other IPv6 address',
      [seen([own, own6], signIn), seen([own, '2001:db8:e::5'], graph)],
      [
        [own, own6],
        [own, '2001:db8:e::5'],
      ],
    ],
    [
      'a network without IPv4, and an edge that calls over IPv4',
      [withUnknown('ipv6', edge, signIn), seen([own6], graph)],
      [[edge], [own6]],
    ],
    ['two anchors', [seen([edge], signIn), seen(['198.51.100.6'], graph)], [[edge], ['198.51.100.6']]],
  ])('for %s', (_, given, addresses) => {
    expect(addressMismatch(given)).toEqual([
      { group: 'Sign-in', addresses: addresses[0] },
      { group: 'Graph', addresses: addresses[1] },
    ]);
  });
});

test('the order does not matter, equals never alarm, and an unknown address never makes an alarm', () => {
  const address = (...texts: string[]): fc.Arbitrary<SeenAddress> =>
    fc.constantFrom<SeenAddress>(
      unknownAddress,
      { state: 'none', address: null, verdict: null },
      ...texts.map((text) => ({ state: 'known', address: text, verdict: { kind: 'outside' } }) as const),
    );
  const member = fc
    .record({ ipv4: address(own, edge), ipv6: address(own6, '2001:db8:e::5') })
    .map((addresses) => seen([], { ...signIn, addresses }));
  fc.assert(
    fc.property(member, member, (a, b) => {
      const alarms = (list: readonly SeenAs[]) => addressMismatch(list) !== null;
      expect(alarms([a, b])).toBe(alarms([b, a]));
      expect(alarms([a, a])).toBe(false);
      const blind = { ...a, addresses: { ipv4: unknownAddress, ipv6: unknownAddress } };
      expect(alarms([blind, b])).toBe(false);
    }),
    { seed: 20_261_127, numRuns: 300 },
  );
});

test('members that see the same share a clause, and what is not known is left out', () => {
  const all = [
    seen([edge], signIn),
    seen([own], graph),
    seen([edge], { group: 'Exchange' }),
    seen([], { group: 'SharePoint', addresses: { ipv4: unknownAddress, ipv6: unknownAddress } }),
    seen([own]),
  ];
  expect(alike(seenByGroups(all))).toEqual([
    { groups: ['Sign-in', 'Exchange'], addresses: [edge] },
    { groups: ['Graph'], addresses: [own] },
  ]);
});
