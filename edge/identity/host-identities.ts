// Certificates for hosts whose TLS the edge ends and for which it has no files: issued on demand, kept in memory.
import { formatHost, type Host } from '../../protocol/destination.ts';
import type { Denial } from '../../protocol/proxy-status.ts';
import { fullBucket, takeToken } from '../core/limits.ts';
import { type Credential, hostLifetimeMs, issueHostCertificate } from './pki.ts';

export type HostIdentity =
  | { readonly kind: 'issued'; readonly credential: Credential }
  | { readonly kind: 'refused'; readonly denial: Denial };

export type HostIdentities = (host: Host) => Promise<HostIdentity>;

export type HostIdentitiesOptions = {
  readonly authority: Credential;
  readonly organisation: string;
  readonly nowMs: () => number;
  /** Makes one; an argument, because a key takes its time. */
  readonly issue?: typeof issueHostCertificate;
};

/** A class with a pattern stands for any number of names, and each costs a key: devices must not keep the edge busy. */
const issueRate = { burst: 50, perSecond: 1 };
const maxKept = 1000;

/** Two flows that need the same certificate at once share its making. */
export function createHostIdentities({
  authority,
  organisation,
  nowMs,
  issue = issueHostCertificate,
}: HostIdentitiesOptions): HostIdentities {
  const kept = new Map<string, { readonly untilMs: number; readonly credential: Promise<Credential> }>();
  let bucket = fullBucket(issueRate, nowMs());
  return async (host) => {
    const text = formatHost(host);
    const now = nowMs();
    const found = kept.get(text);
    if (found !== undefined && now < found.untilMs)
      return { kind: 'issued', credential: await found.credential };
    const left = takeToken(bucket, issueRate, now);
    if (left === null) {
      return { kind: 'refused', denial: { error: 'connection_limit_reached', reason: 'certificate-rate' } };
    }
    bucket = left;
    const credential = issue(authority, { host, organisation }, new Date(now));
    credential.catch(() => kept.delete(text));
    kept.delete(text);
    // Renewed after half its life, so that none ends in use.
    kept.set(text, { untilMs: now + hostLifetimeMs / 2, credential });
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    return { kind: 'issued', credential: await credential };
  };
}
