// A prediction as the agent would give it, for tests that need one and do not care which.
import type { SeenAs } from '../../protocol/seen-as.ts';

/** Through the edge, which states the person's own IPv4 address. */
export function exampleSeenAs(more: Partial<SeenAs> = {}): SeenAs {
  return {
    destination: 'login.contoso.test',
    label: 'Contoso sign-in',
    origin: 'organisation',
    group: null,
    authentication: 'sign-in',
    path: 'edge',
    class: 'proxy-v2',
    whose: 'own',
    addresses: {
      ipv4: { state: 'known', address: '203.0.113.7', verdict: { kind: 'outside' } },
      ipv6: { state: 'none', address: null, verdict: null },
    },
    edge: { ipv4: '198.51.100.5', ipv6: null },
    basis: 'predicted',
    reason: 'address-passed-on',
    verification: null,
    ...more,
  };
}
