// Certificates on demand: for the right host, shared, renewed, and not at any rate.
import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseHost } from '../../../../protocol/destination.ts';
import { createHostIdentities } from '../../../../edge/identity/host-identities.ts';
import { hostLifetimeMs } from '../../../../edge/identity/pki.ts';
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
