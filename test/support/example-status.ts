// A status as the agent would give it, for tests that need one and do not care which.
import type { Status } from '../../protocol/status.ts';

export function exampleStatus(): Status {
  const address = {
    state: 'unknown',
    address: null,
    checkedAt: null,
    expiresAt: null,
    evidence: [],
  } as const;
  return {
    version: 1,
    revision: 1,
    at: '2026-11-23T08:00:00.000Z',
    connection: { kind: 'not-enrolled' },
    attention: [],
    shield: 'off',
    title: 'Not enrolled',
    sentence: 'OpenGSA changes nothing until you join.',
    cause: null,
    remedy: null,
    organisation: null,
    device: null,
    person: null,
    signInOffered: false,
    profiles: [],
    distribution: null,
    channels: [],
    egress: { ipv4: { ...address, evidence: [] }, ipv6: { ...address, evidence: [] } },
    edgeEgress: { ipv4: null, ipv6: null },
    signaling: 'unknown',
    seenAs: [],
    locations: { edge: 0, imported: 0, importedAt: null, notJudged: [], fault: null },
    capture: { mode: 'proxy', httpProxy: null, socks5: null, pacUrl: null, transparent: null },
    flows: { open: 0, total: 0, tunnelled: 0, direct: 0, blocked: 0, failed: 0 },
  };
}
