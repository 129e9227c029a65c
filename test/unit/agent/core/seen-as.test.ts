import { describe, expect, test } from 'vitest';
import { type SeenFacts, seenAs, type ViewClass } from '../../../../agent/core/seen-as.ts';
import type { FlowDecision } from '../../../../agent/core/flow.ts';
import type { SeenAs } from '../../../../protocol/status.ts';
import { decision, edgeAddress, ownAddress, view } from '../../../support/status-inputs.ts';

const facts: SeenFacts = {
  view: { kind: 'known', view },
  own: [ownAddress],
  passedOn: { kind: 'known', addresses: [ownAddress] },
};
const entry = (name: ViewClass['class']): ViewClass => ({ match: 'app.contoso.test', class: name });
const off: SeenFacts = {
  ...facts,
  view: { kind: 'known', view: { ...view, signaling: { status: 'disabled', since: view.signaling.since } } },
};

describe('seen as', () => {
  test.each<[string, Partial<FlowDecision>, ViewClass | null, SeenFacts, Partial<SeenAs>]>([
    [
      'a restoring class passes the address on',
      {},
      entry('proxy-v2'),
      facts,
      {
        path: 'edge',
        class: 'proxy-v2',
        addresses: [ownAddress],
        basis: 'predicted',
        reason: 'address-passed-on',
      },
    ],
    ['so does a forwarding header', {}, entry('forwarded'), facts, { addresses: [ownAddress] }],
    [
      'not with signalling off',
      {},
      entry('adfs'),
      off,
      { addresses: [edgeAddress], reason: 'signaling-disabled' },
    ],
    [
      'not while the address is not proven',
      {},
      entry('proxy-v2'),
      { ...facts, passedOn: { kind: 'none' } },
      { addresses: [edgeAddress], reason: 'address-not-proven' },
    ],
    [
      'an address that is being asked for is not known',
      {},
      entry('proxy-v2'),
      { ...facts, passedOn: { kind: 'unknown' } },
      { addresses: [], basis: 'unknown', reason: 'own-address-unknown' },
    ],
    [
      'an anchor shows its own address',
      {},
      { ...entry('anchor'), egress: { ipv4: '198.51.100.77', ipv6: null } },
      facts,
      { class: 'anchor', addresses: ['198.51.100.77'] },
    ],
    ['an anchor without one shows the edge', {}, entry('anchor'), facts, { addresses: [edgeAddress] }],
    [
      'a plain relay shows the edge',
      {},
      null,
      facts,
      { class: 'opaque', addresses: [edgeAddress], reason: 'class-opaque' },
    ],
    [
      'an edge that does not know its address',
      {},
      null,
      { ...facts, view: { kind: 'known', view: { ...view, edgeEgress: { ipv4: null, ipv6: null } } } },
      { addresses: [], basis: 'unknown' },
    ],
    [
      'a foreign edge tells nothing',
      {},
      null,
      { ...facts, view: { kind: 'foreign' } },
      { path: 'edge', class: null, basis: 'unknown', reason: 'foreign-edge' },
    ],
    [
      'a view that has not come yet',
      {},
      null,
      { ...facts, view: { kind: 'awaited' } },
      { basis: 'unknown', reason: 'view-awaited' },
    ],
    [
      'direct shows every own address',
      { action: 'direct', reason: 'class-direct' },
      entry('direct'),
      { ...facts, own: [ownAddress, '2001:db8::7'] },
      { path: 'direct', class: 'direct', addresses: [ownAddress, '2001:db8::7'], reason: 'class-direct' },
    ],
    [
      'direct with unknown address',
      { action: 'direct', reason: 'paused' },
      entry('proxy-v2'),
      { ...facts, own: [] },
      { path: 'direct', class: null, addresses: [], basis: 'unknown', reason: 'paused' },
    ],
    [
      'a block shows nothing',
      { action: 'block', reason: 'hardening-block' },
      entry('proxy-v2'),
      facts,
      { path: 'blocked', addresses: [], reason: 'hardening-block' },
    ],
  ])('%s', (_, changes, row, given, expected) => {
    const answer = seenAs(
      { destination: 'app.contoso.test', decision: decision(changes), entry: row },
      given,
    );
    expect(answer).toMatchObject(expected);
  });
});

test('an inspected destination shows that class, and the address of its path', () => {
  const question = { destination: 'login.live.com', decision: decision({}), entry: entry('anchor') };
  const plain = seenAs(question, facts);
  expect(seenAs({ ...question, inspected: true }, facts)).toEqual({ ...plain, class: 'tenant-restriction' });
  const blocked = { ...question, inspected: true, decision: decision({ action: 'block' }) };
  expect(seenAs(blocked, facts).class).toBeNull();
});
