// The edge's certificate at the start: what is refused, and what its administrator is warned of in time.
import { beforeAll, expect, test } from 'vitest';
import { publicHosts } from '../../../edge/core/endpoints.ts';
import { certificateConcerns } from '../../../edge/credentials.ts';
import { createAuthority, type Credential, issueEdgeCertificate } from '../../../edge/identity/pki.ts';

const now = new Date('2026-06-01T12:00:00.000Z');
const inDays = (days: number): Date => new Date(now.getTime() + days * 24 * 60 * 60 * 1000);
let edge: Credential;

beforeAll(async () => {
  const subject = {
    organisation: 'Contoso',
    names: ['w4.contoso.test'],
    addresses: ['192.0.2.1', '2001:db8::1'],
  };
  const authority = await createAuthority('Contoso', now);
  edge = await issueEdgeCertificate(authority, { name: 'edge.contoso.test', ...subject }, now);
});

test('a fresh certificate that holds for every URL is no concern', () => {
  const hosts = publicHosts({
    edges: [{ url: 'https://edge.contoso.test' }, { url: 'https://192.0.2.1:8443' }],
    witness: { ipv4: { url: 'https://w4.contoso.test' }, ipv6: { url: 'https://[2001:db8::1]:8443' } },
  });
  expect(hosts).toEqual(['edge.contoso.test', '192.0.2.1', 'w4.contoso.test', '2001:db8::1']);
  expect(certificateConcerns(edge, hosts, now)).toEqual([]);
});

test.each(['w6.contoso.test', '192.0.2.2', '2001:db8::2'])(
  'a URL at %s, which it lacks, is named',
  (host) => {
    expect(certificateConcerns(edge, ['edge.contoso.test', host], now)).toEqual([
      expect.stringContaining(`does not hold for ${host}`),
    ]);
  },
);

test.each([
  [700, 0],
  [780, 1],
])('after %i of its 820 days there are %i warnings of its end', (days, warnings) => {
  expect(certificateConcerns(edge, [], inDays(days))).toHaveLength(warnings);
});
