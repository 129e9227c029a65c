// Certificates for inspected hosts, in memory only, each made once and renewed well before it ends.
import type { InspectedHost } from '../core/inspected-hosts.ts';
import { fingerprintOf, issueLeaf, type KeyAndCertificate, leafLifetimeMs } from './local-authority.ts';

export type LeafCache = {
  /** The certificate for `host`; the first question makes it, the others of that time wait for the same. */
  readonly leafFor: (authority: KeyAndCertificate, host: InspectedHost) => Promise<KeyAndCertificate>;
};

type Entry = {
  readonly authority: string;
  readonly madeAt: number;
  readonly leaf: Promise<KeyAndCertificate>;
};

/** @param now the time in ms since 1970 */
export function createLeafCache(now: () => number): LeafCache {
  const entries = new Map<InspectedHost, Entry>();
  return {
    leafFor(authority, host) {
      const kept = entries.get(host);
      const issuer = fingerprintOf(authority.certificate);
      // A clock that was set back makes the age negative: the certificate may not be valid yet.
      const age = now() - (kept?.madeAt ?? 0);
      if (kept?.authority === issuer && age >= 0 && age < leafLifetimeMs / 2) return kept.leaf;
      const leaf = issueLeaf(authority, host, new Date(now()));
      entries.set(host, { authority: issuer, madeAt: now(), leaf });
      // What failed is tried again by the next flow; its own flow is told.
      leaf.catch(() => entries.delete(host));
      return leaf;
    },
  };
}
