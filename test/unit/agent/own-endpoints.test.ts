// Which hosts are the agent's own, and whether reaching them takes a network at all.
import { expect, test } from 'vitest';
import { areLocal, ownHosts } from '../../../agent/own-endpoints.ts';
import { formatHost } from '../../../protocol/destination.ts';
import type { DeviceBundle } from '../../../protocol/device-bundle.ts';

const bundle: DeviceBundle = {
  version: 1,
  organisation: 'Contoso',
  device: 'laptop',
  edges: [{ url: 'https://edge.contoso.test', addresses: ['192.0.2.1'] }],
  witness: { ipv4: { url: 'https://w4.contoso.test' }, ipv6: null },
  jwks: { keys: [] },
};

test('edges, witnesses and the server that tells captive portals', () => {
  const portalCheck = { url: 'http://portal-check.contoso.test/generate_204', addresses: ['2001:db8::1'] };
  expect(ownHosts({ ...bundle, portalCheck }).map(formatHost)).toEqual([
    'edge.contoso.test',
    '192.0.2.1',
    'w4.contoso.test',
    'portal-check.contoso.test',
    '2001:db8::1',
  ]);
  expect(ownHosts(bundle)).toHaveLength(3);
});

test.each<[boolean, string[][]]>([
  [true, [['127.0.0.1'], ['127.20.0.254', '::1']]],
  [false, [['127.0.0.1'], ['192.0.2.1']]],
  [false, [['127.0.0.1', '192.0.2.1']]],
  [false, [[]]],
])('on this machine: %s for %j', (expected, addresses) => {
  expect(areLocal(addresses.map((list) => ({ url: 'https://edge.contoso.test', addresses: list })))).toBe(
    expected,
  );
});
