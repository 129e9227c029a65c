// Certificates on demand: for the right host, shared, renewed, and not at any rate.
import { X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { formatHost, parseHost } from '../../../../protocol/destination.ts';
import { createHostIdentities } from '../../../../edge/identity/host-identities.ts';
import { hostLifetimeMs, type issueHostCertificate } from '../../../../edge/identity/pki.ts';
import { createAuthority } from '../../../support/pki.ts';

const authority = createAuthority('contoso test CA');
const issuing = { authority: { key: authority.key, certificate: authority.cert }, organisation: 'Contoso' };

test('a name and an address get a certificate of the authority that holds for them alone, for days', async () => {
  const nowMs = Date.now();
  const identities = createHostIdentities({ ...issuing, nowMs: () => nowMs });
  for (const [host, altName] of [
    ['app.contoso.test', 'DNS:app.contoso.test'],
    ['192.0.2.8', 'IP Address:192.0.2.8'],
    ['2001:db8::8', 'IP Address:2001:DB8:0:0:0:0:0:8'],
  ] as const) {
    const identity = await identities(parseHost(host)!);
    if (identity.kind !== 'issued') throw new Error(identity.denial.reason);
    const certificate = new X509Certificate(identity.credential.certificate);
    expect(certificate.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
    expect(certificate.subjectAltName).toBe(altName);
    expect(certificate.validToDate.getTime() - nowMs).toBeLessThanOrEqual(hostLifetimeMs);
  }
});

test('flows share a certificate until it is half its age', async () => {
  let nowMs = Date.now();
  const identities = createHostIdentities({ ...issuing, nowMs: () => nowMs });
  const host = parseHost('app.contoso.test')!;
  const [first, second] = await Promise.all([identities(host), identities(host)]);
  expect(second).toEqual(first);
  nowMs += hostLifetimeMs / 2 - 1;
  expect(await identities(host)).toEqual(first);
  nowMs += 1;
  expect(await identities(host)).not.toEqual(first);
});

describe('many names', () => {
  const start = 1_000_000;
  const refusal = {
    kind: 'refused',
    denial: { error: 'connection_limit_reached', reason: 'certificate-rate' },
  };
  let nowMs = start;
  /** Without keys: those of so many would take minutes. */
  const issue = vi.fn<typeof issueHostCertificate>();
  const rig = () => {
    nowMs = start;
    const identities = createHostIdentities({ ...issuing, nowMs: () => nowMs, issue });
    return (number: number) => identities(parseHost(`n${number}.contoso.test`)!);
  };
  beforeEach(() => {
    issue.mockClear();
    issue.mockImplementation((_authority, { host }) =>
      Promise.resolve({ key: '', certificate: formatHost(host) }),
    );
  });

  test('fifty at once, then one a second; what is there is given whatever the rate', async () => {
    const ask = rig();
    for (let i = 0; i < 50; i += 1) expect(await ask(i)).toMatchObject({ kind: 'issued' });
    expect(await ask(50)).toEqual(refusal);
    expect(await ask(0)).toMatchObject({ kind: 'issued' });
    nowMs += 999;
    expect(await ask(50)).toEqual(refusal);
    nowMs += 1;
    expect(await ask(50)).toMatchObject({ kind: 'issued' });
    expect(await ask(51)).toEqual(refusal);
    expect(issue).toHaveBeenCalledTimes(51);
  });

  test('a thousand are kept; one more takes the place of the oldest', async () => {
    const ask = rig();
    for (let i = 0; i <= 1000; i += 1) {
      expect(await ask(i)).toMatchObject({ kind: 'issued' });
      nowMs += 1000;
    }
    expect(issue).toHaveBeenCalledTimes(1001);
    for (const kept of [1, 500, 1000]) await ask(kept);
    expect(issue).toHaveBeenCalledTimes(1001);
    await ask(0);
    expect(issue).toHaveBeenCalledTimes(1002);
  });

  test('one that failed is not kept, and is told to its flow', async () => {
    const ask = rig();
    issue.mockRejectedValueOnce(new Error('no entropy'));
    await expect(ask(1)).rejects.toThrow('no entropy');
    expect(await ask(1)).toMatchObject({ kind: 'issued' });
  });
});
