// What becomes of traffic until an edge answers, from the status and nothing beyond it.
import { expect, test } from 'vitest';
import { untilEdge } from '../../../../../app/renderer/status/until-edge-model.ts';
import { rowState } from '../../../../support/shown-windows.ts';

test('what is blocked comes first; what leaves directly says which addresses services see', () => {
  const effects = untilEdge(rowState('edge unreachable').status!);
  expect(
    effects.map(({ effect, labels, example, addresses }) => [effect, labels, example.reason, addresses]),
  ).toEqual([
    ['blocked', ['login.contoso.test'], 'hardening-block', []],
    ['direct', ['Exchange'], 'hardening-bypass', ['203.0.113.7', '2001:db8::7']],
  ]);
});

test('an address that is not proven is not promised', () => {
  const { status } = rowState('edge unreachable');
  const { ipv4, ipv6 } = status!.egress;
  const egress = { ipv4: { ...ipv4, state: 'stale' }, ipv6: { ...ipv6, state: 'detecting' } } as const;
  expect(untilEdge({ ...status!, egress }).flatMap(({ addresses }) => addresses)).toEqual([]);
});

test('while the way is open, or nobody wants it, there is nothing to say', () => {
  expect(untilEdge(rowState('connected').status!)).toEqual([]);
  expect(untilEdge(rowState('paused').status!)).toEqual([]);
});
