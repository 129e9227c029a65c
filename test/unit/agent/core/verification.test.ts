// A prediction beside what was heard: what counts as agreement, which service may speak, and how long it holds.
import { describe, expect, test } from 'vitest';
import type { Prediction } from '../../../../agent/core/prediction.ts';
import { compare, familyBeyond, isSamePath, premiseOf } from '../../../../agent/core/verification.ts';
import { parseAddress } from '../../../../protocol/address.ts';

const none = { state: 'none', address: null } as const;
const unknown = { state: 'unknown', address: null } as const;
const known = (address: string) => ({ state: 'known', address }) as const;
const prediction: Prediction = {
  ...{ path: 'edge', class: 'anchor', whose: 'edge', basis: 'predicted', reason: 'class-anchor' },
  edge: { ipv4: '198.51.100.5', ipv6: null },
  addresses: { ipv4: known('198.51.100.5'), ipv6: unknown },
};
const circumstances = { generation: 3, edge: 'edge-1', viewRevision: 7 };
const at = '2026-11-27T09:50:00.000Z';
const heard = (address: string) => ({ address: parseAddress(address)!, url: 'https://whoami.test/', at });

describe('compared', () => {
  test.each([
    ['agrees', prediction.addresses, '198.51.100.5'],
    ['differs', prediction.addresses, '198.51.100.6'],
    ['unpredicted', prediction.addresses, '2001:db8::5'],
    ['differs', { ipv4: known('198.51.100.5'), ipv6: none }, '2001:db8::5'],
    // The edge's address is a configured one, and a named location may hold that alone.
    ['agrees', { ipv4: none, ipv6: known('2001:db8::5') }, '2001:db8::5'],
    ['differs', { ipv4: none, ipv6: known('2001:db8::5') }, '2001:db8::6'],
  ] as const)('%s: %o, and %s was heard', (kind, addresses, address) => {
    expect(compare({ ...prediction, addresses }, heard(address))).toEqual({
      ...{ kind, address, url: 'https://whoami.test/', at },
    });
  });
});

test.each([
  // RFC 8981: another temporary address of the same network.
  ['agrees', '2001:db8::abcd'],
  ['differs', '2001:db8:0:1::7'],
] as const)('%s: the device has 2001:db8::7, and %s was heard', (kind, address) => {
  const own: Prediction = {
    ...{ ...prediction, path: 'direct', class: null, whose: 'own' },
    addresses: { ipv4: none, ipv6: known('2001:db8::7') },
  };
  expect(compare(own, heard(address))).toMatchObject({ kind, address });
});

describe('one service speaks for a destination', () => {
  const direct: Prediction = { ...prediction, path: 'direct', class: null, whose: 'own', reason: 'no-rule' };

  test('on the same path, by whichever rule', () => {
    expect(isSamePath(prediction, prediction)).toBe(true);
    expect(isSamePath(direct, { ...direct, class: 'direct', reason: 'microsoft-direct' })).toBe(true);
  });

  test.each<[string, Prediction]>([
    ['another path', direct],
    ['another class', { ...prediction, class: 'opaque' }],
    ['another address of the edge', { ...prediction, edge: { ipv4: '198.51.100.6', ipv6: null } }],
    ['the other owner', { ...prediction, whose: 'own', reason: 'address-passed-on' }],
  ])('not on %s', (_, other) => {
    expect(isSamePath(prediction, other)).toBe(false);
  });

  // A service that is a name may answer over either family, and a destination that is an address has one.
  test.each<[string, Prediction]>([
    [
      'directly',
      {
        ...direct,
        edge: { ipv4: null, ipv6: null },
        addresses: { ipv4: known('203.0.113.7'), ipv6: known('2001:db8::7') },
      },
    ],
    [
      'through the edge',
      {
        ...prediction,
        edge: { ipv4: '198.51.100.5', ipv6: '2001:db8:f::5' },
        addresses: { ipv4: known('198.51.100.5'), ipv6: known('2001:db8:f::5') },
      },
    ],
  ])('%s, an address for a name, and not a name for an address', (_, name) => {
    const edge = { ...name.edge, ipv4: null };
    const address: Prediction = { ...name, edge, addresses: { ...name.addresses, ipv4: none } };
    expect(isSamePath(address, name)).toBe(true);
    expect(familyBeyond(address, name)).toBeNull();
    expect(isSamePath(name, address)).toBe(false);
    expect(familyBeyond(name, address)).toBe('ipv4');
  });
});

describe('it holds', () => {
  const premise = premiseOf(prediction, circumstances);

  test('while nothing changes', () => {
    expect(premiseOf(structuredClone(prediction), { ...circumstances })).toBe(premise);
  });

  test.each<[string, Partial<Prediction>, Partial<typeof circumstances>]>([
    ['another network', {}, { generation: 4 }],
    ['another edge', {}, { edge: 'edge-2' }],
    ['another view', {}, { viewRevision: 8 }],
    ['another path', { path: 'direct' }, {}],
    ['another class', { class: 'opaque' }, {}],
    ['another reason', { reason: 'signaling-disabled' }, {}],
    ['another address', { addresses: { ipv4: known('198.51.100.6'), ipv6: unknown } }, {}],
  ])('not with %s', (_, changes, others) => {
    expect(premiseOf({ ...prediction, ...changes }, { ...circumstances, ...others })).not.toBe(premise);
  });
});
