// The card of addresses: each state of each family, and whose address is seen.
import { expect, test } from 'vitest';
import {
  checkedAt,
  edgeSide,
  isChecking,
  ownSide,
} from '../../../../../app/renderer/status/addresses-model.ts';
import { egress, ownAddress } from '../../../../support/status-inputs.ts';
import { rowState, shownAt } from '../../../../support/shown-windows.ts';

const withEgress = (ipv4: ReturnType<typeof egress>, ipv6 = egress('none', null)) => ({
  ...rowState('connected').status!,
  egress: { ipv4, ipv6 },
});

test.each([
  [egress('confirmed', ownAddress), 'confirmed', [ownAddress]],
  [egress('probable', ownAddress), 'probable', [ownAddress]],
  [egress('detecting', ownAddress), 'checking', [ownAddress]],
  [egress('detecting', null), 'checking', []],
  [egress('stale', ownAddress), 'stale', []],
  [
    egress('ambiguous', null, [ownAddress, '203.0.113.9', ownAddress]),
    'not-proven',
    [ownAddress, '203.0.113.9'],
  ],
  [egress('unknown', null), 'unknown', []],
  [egress('none', null), 'none', []],
])('$state', (status, state, addresses) => {
  const line = ownSide(withEgress(status)).lines.find(({ family }) => family === 'ipv4');
  expect(line).toEqual({ family: 'ipv4', state, addresses });
});

test('the family that has an address leads', () => {
  const { lines } = ownSide(withEgress(egress('none', null), egress('confirmed', '2001:db8::7')));
  expect(lines.map(({ family }) => family)).toEqual(['ipv6', 'ipv4']);
});

test('both are seen while the edge passes one on and shows itself to others', () => {
  const { status } = rowState('connected');
  expect([ownSide(status!).isSeen, edgeSide(status!)?.isSeen]).toEqual([true, true]);
});

test('paused: the own address is seen, and no edge is in use', () => {
  const { status } = rowState('paused');
  expect([ownSide(status!).isSeen, edgeSide(status!)]).toEqual([true, null]);
});

test('an edge that does not say which address it has', () => {
  const lines = edgeSide(rowState('a foreign edge says nothing').status!)?.lines;
  expect(lines?.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
});

test('checked is as old as the older check, and never claimed for a family that is not there', () => {
  const older = '2026-11-23T09:00:00.000Z';
  const at = (time: string | null, state: 'confirmed' | 'none' = 'confirmed') => ({
    ...egress(state, ownAddress),
    checkedAt: time,
  });
  expect(checkedAt(withEgress(at(shownAt), at(older)))).toBe(older);
  expect(checkedAt(withEgress(at(shownAt), at(older, 'none')))).toBe(shownAt);
  expect(checkedAt(withEgress(at(null)))).toBeNull();
  expect(isChecking(withEgress(egress('detecting', null)))).toBe(true);
});
