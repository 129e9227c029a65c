// Which address a destination will see, for every path and class, and never more than follows from the facts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  knownAddresses,
  type PathFacts,
  type PathQuestion,
  predict,
  type Prediction,
  type ViewClass,
} from '../../../../agent/core/prediction.ts';
import type { FlowDecision } from '../../../../agent/core/flow.ts';
import { decision, edgeAddress, egress, ownAddress, view } from '../../../support/status-inputs.ts';

const own6 = '2001:db8::7';
const facts: PathFacts = {
  view: { kind: 'known', view },
  egress: { ipv4: egress('confirmed', ownAddress), ipv6: egress('none', null) },
  tunnelFamily: 'ipv4',
};
const both: PathFacts = {
  ...facts,
  egress: { ipv4: egress('confirmed', ownAddress), ipv6: egress('confirmed', own6, [own6]) },
};
const entry = (name: ViewClass['class'], more: Partial<ViewClass> = {}): ViewClass => ({
  match: 'app.contoso.test',
  class: name,
  ...more,
});
const withView = (changes: Partial<typeof view>): PathFacts => ({
  ...facts,
  view: { kind: 'known', view: { ...view, ...changes } },
});
const off = withView({ signaling: { status: 'disabled', since: view.signaling.since } });

type Expected = Partial<Omit<Prediction, 'addresses'>> & { readonly known?: readonly string[] };

function predicted(row: ViewClass | null, given: PathFacts, changes: Partial<PathQuestion> = {}): Prediction {
  return predict(
    {
      ...{ decision: decision(), entry: row, family: null, takesPeer: false, inMicrosoftGroup: false },
      ...changes,
    },
    given,
  );
}

describe('through the edge', () => {
  test.each<[string, ViewClass | null, PathFacts, Expected]>([
    [
      'a restoring class passes the address on, over a connection of the edge',
      entry('proxy-v2'),
      facts,
      {
        ...{ path: 'edge', class: 'proxy-v2', whose: 'own', basis: 'predicted', reason: 'address-passed-on' },
        ...{ known: [ownAddress], edge: { ipv4: edgeAddress, ipv6: null } },
      },
    ],
    ['so does a forwarding header', entry('forwarded'), facts, { known: [ownAddress], whose: 'own' }],
    [
      'not with signalling off',
      entry('adfs'),
      off,
      { known: [edgeAddress], whose: 'edge', reason: 'signaling-disabled' },
    ],
    [
      'the edge states what it sees, and the checks disagree about that',
      entry('proxy-v2'),
      { ...facts, egress: { ...facts.egress, ipv4: egress('ambiguous', null, [ownAddress, '203.0.113.9']) } },
      { known: [], basis: 'unknown', whose: 'own', reason: 'address-not-proven' },
    ],
    [
      'an address that is being asked for is not known',
      entry('proxy-v2'),
      { ...facts, egress: { ...facts.egress, ipv4: egress('stale', ownAddress) } },
      { known: [], basis: 'unknown', reason: 'own-address-unknown' },
    ],
    ['of two families that of the tunnel is stated', entry('proxy-v2'), both, { known: [ownAddress] }],
    [
      'unless the class prefers the other, which is signed',
      entry('proxy-v2', { family: 'ipv6' }),
      both,
      { known: [own6], reason: 'address-passed-on' },
    ],
    [
      'an unsigned one cannot be stated',
      entry('proxy-v2', { family: 'ipv6' }),
      { ...both, egress: { ...both.egress, ipv6: egress('probable', own6) } },
      { known: [ownAddress] },
    ],
    [
      'either, before the edge has said what it sees',
      entry('proxy-v2'),
      { ...both, tunnelFamily: null },
      { known: [ownAddress, own6] },
    ],
    [
      'the family of the tunnel exists, whatever a check says',
      entry('proxy-v2'),
      { ...facts, tunnelFamily: 'ipv6' },
      { known: [], reason: 'own-address-unknown' },
    ],
    [
      'an anchor shows its own address',
      entry('anchor', { egress: { ipv4: '198.51.100.77', ipv6: null } }),
      facts,
      {
        class: 'anchor',
        whose: 'edge',
        known: ['198.51.100.77'],
        edge: { ipv4: '198.51.100.77', ipv6: null },
      },
    ],
    ['an anchor without one shows the edge', entry('anchor'), facts, { known: [edgeAddress] }],
    [
      'a plain relay shows the edge',
      null,
      facts,
      { class: 'opaque', known: [edgeAddress], reason: 'class-opaque' },
    ],
    [
      'an edge that does not know its address',
      null,
      withView({ edgeEgress: { ipv4: null, ipv6: null } }),
      { known: [], basis: 'unknown' },
    ],
    [
      'a foreign edge tells nothing',
      null,
      { ...facts, view: { kind: 'foreign' } },
      { path: 'edge', class: null, whose: null, basis: 'unknown', reason: 'foreign-edge' },
    ],
    [
      'a view that has not come yet',
      null,
      { ...facts, view: { kind: 'awaited' } },
      { basis: 'unknown', reason: 'view-awaited' },
    ],
  ])('%s', (_, row, given, { known, ...expected }) => {
    const prediction = predicted(row, given);
    expect(prediction).toMatchObject(expected);
    if (known !== undefined) expect(knownAddresses(prediction.addresses)).toEqual(known);
  });

  test('Microsoft reads nothing that the edge states, so it sees the edge', () => {
    for (const name of ['proxy-v2', 'forwarded', 'adfs'] as const) {
      const prediction = predicted(entry(name), facts, { takesPeer: true });
      expect(prediction).toMatchObject({ class: name, whose: 'edge', reason: 'statement-not-read' });
      expect(knownAddresses(prediction.addresses)).toEqual([edgeAddress]);
    }
  });

  test('the one choice for Microsoft is the class of what has none of its own', () => {
    const group = { takesPeer: true, inMicrosoftGroup: true };
    expect(predicted(null, facts, group)).toMatchObject({
      ...{ class: 'anchor', whose: 'edge', reason: 'microsoft-anchor' },
      addresses: { ipv4: { address: edgeAddress } },
    });
    expect(predicted(entry('opaque'), facts, group)).toMatchObject({
      class: 'opaque',
      reason: 'class-opaque',
    });
    expect(predicted(null, withView({ microsoft: 'direct' }), group)).toMatchObject({ class: 'opaque' });
  });

  test('a destination that is an address is called from the edge’s address of its family', () => {
    const edgeEgress = { ipv4: edgeAddress, ipv6: '2001:db8:f::5' };
    const edge = withView({ edgeEgress });
    expect(predicted(null, edge).edge).toEqual(edgeEgress);
    expect(predicted(null, edge, { family: 'ipv6' }).edge).toEqual({ ...edgeEgress, ipv4: null });
    // Who is told an address may have an upstream of either family.
    expect(predicted(entry('proxy-v2'), edge, { family: 'ipv6' }).edge).toEqual(edgeEgress);
  });

  test('a destination that is an address is reached over its family alone', () => {
    const edge = withView({ edgeEgress: { ipv4: edgeAddress, ipv6: '2001:db8:e::5' } });
    expect(predicted(null, edge, { family: 'ipv6' }).addresses).toEqual({
      ipv4: { state: 'none', address: null },
      ipv6: { state: 'known', address: '2001:db8:e::5' },
    });
    // What is stated does not depend on how the edge gets there.
    expect(knownAddresses(predicted(entry('proxy-v2'), edge, { family: 'ipv6' }).addresses)).toEqual([
      ownAddress,
    ]);
  });
});

describe('direct', () => {
  const direct = { decision: decision({ action: 'direct', reason: 'class-direct' }) };

  test('shows every own address, and nothing of the edge', () => {
    expect(predicted(entry('direct'), both, direct)).toMatchObject({
      ...{ path: 'direct', class: 'direct', whose: 'own', basis: 'predicted', reason: 'class-direct' },
      edge: { ipv4: null, ipv6: null },
      addresses: { ipv4: { address: ownAddress }, ipv6: { address: own6 } },
    });
  });

  test('says none of a family that the network lacks, unknown of one that is being checked', () => {
    expect(predicted(null, facts, direct).addresses.ipv6.state).toBe('none');
    for (const state of ['ambiguous', 'detecting', 'stale', 'unknown'] as const) {
      const checking = { ...facts, egress: { ...facts.egress, ipv6: egress(state, null) } };
      expect(predicted(null, checking, direct)).toMatchObject({
        basis: 'predicted',
        addresses: { ipv4: { state: 'known' }, ipv6: { state: 'unknown' } },
      });
    }
  });

  test('to an address, over its family', () => {
    expect(knownAddresses(predicted(null, both, { ...direct, family: 'ipv6' }).addresses)).toEqual([own6]);
    expect(predicted(null, facts, { ...direct, family: 'ipv6' })).toMatchObject({ basis: 'unknown' });
  });
});

test('a block shows nothing', () => {
  const blocked = { decision: decision({ action: 'block', reason: 'hardening-block' }) };
  expect(predicted(entry('proxy-v2'), facts, blocked)).toMatchObject({
    ...{ path: 'blocked', class: null, whose: null, reason: 'hardening-block' },
    addresses: { ipv4: { state: 'none' }, ipv6: { state: 'none' } },
  });
});

test('whatever is known, only confirmed, probable and told addresses are predicted', () => {
  const state = fc.constantFrom(
    'confirmed',
    'probable',
    'ambiguous',
    'detecting',
    'stale',
    'none',
    'unknown',
  );
  const action: fc.Arbitrary<FlowDecision['action']> = fc.constantFrom('tunnel', 'direct', 'block');
  const name = fc.constantFrom(
    'proxy-v2',
    'forwarded',
    'adfs',
    'direct',
    'anchor',
    'tenant-restriction',
    'opaque',
  );
  const family = fc.constantFrom('ipv4' as const, 'ipv6' as const, null);
  fc.assert(
    fc.property(
      state,
      state,
      action,
      name,
      family,
      family,
      fc.boolean(),
      (v4, v6, way, rank, only, over, peer) => {
        const given: PathFacts = {
          view: { kind: 'known', view },
          egress: { ipv4: egress(v4, ownAddress), ipv6: egress(v6, own6) },
          tunnelFamily: over,
        };
        const holds = (one: string) => one === 'confirmed' || one === 'probable';
        const allowed = [edgeAddress, ...(holds(v4) ? [ownAddress] : []), ...(holds(v6) ? [own6] : [])];
        const changes = { decision: decision({ action: way }), family: only, takesPeer: peer };
        const prediction = predicted(entry(rank), given, changes);
        const known = knownAddresses(prediction.addresses);
        expect(allowed).toEqual(expect.arrayContaining([...known]));
        expect(prediction.basis === 'unknown').toBe(known.length === 0 && way !== 'block');
        if (prediction.whose === 'own') expect(known).not.toContain(edgeAddress);
        if (prediction.whose === 'edge') expect(known).not.toContain(ownAddress);
      },
    ),
    { seed: 20_261_127, numRuns: 500 },
  );
});
