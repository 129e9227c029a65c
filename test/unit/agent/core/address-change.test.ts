// Which flows an address change ends: those that may state the older address, and no other.
import { expect, test } from 'vitest';
import { statesAddressBefore } from '../../../../agent/core/address-change.ts';
import { address } from '../../../support/observations.ts';

const roamed = { from: address('203.0.113.7'), to: address('198.51.100.9'), lastStatedAt: 10_000 };
const before = new Date(9_000).toISOString();
const after = new Date(11_000).toISOString();

test.each([
  ['was seen at the older address', '203.0.113.7', before, true],
  ['is new and still goes by a session of the older address', '203.0.113.7', after, true],
  ['was seen at the new address: its own answer told of the change', '198.51.100.9', before, false],
  ['has no answer and is older than the change', null, before, true],
  ['has no answer and was opened after the change', null, after, false],
  ['goes by the other family and took the older statement along', '2001:db8::1', before, true],
  ['goes by the other family and was opened after the change', '2001:db8::1', after, false],
])('a flow that %s', (_, egressObserved, startedAt, ends) => {
  expect(statesAddressBefore({ egressObserved, startedAt }, roamed)).toBe(ends);
});

test('within one IPv6 network the address of a device may vary', () => {
  const change = { ...roamed, to: address('2001:db8::2') };
  expect(statesAddressBefore({ egressObserved: '2001:db8::1', startedAt: before }, change)).toBe(false);
});
