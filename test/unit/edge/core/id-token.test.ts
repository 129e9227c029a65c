// Claims of ID tokens, in the shapes of Keycloak and Entra ID: who becomes known by them, and why who does not.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findIssuer, judgeClaims, type PersonIssuer } from '../../../../edge/core/id-token.ts';

const nowMs = Date.parse('2026-11-28T09:00:00Z');
const nowS = nowMs / 1000;
const tenant = '11111111-2222-3333-4444-555555555555';
const nonce = 'the-nonce';

const base = {
  clientId: 'opengsa',
  audiences: ['opengsa'],
  tenants: [],
  domains: [],
  nonce: 'required' as const,
  userName: ['preferred_username', 'upn', 'email', 'name'],
  objectId: ['oid', 'sub'],
  groups: ['groups', 'roles'],
};
const keycloak: PersonIssuer = { ...base, issuer: 'https://login.contoso.test/realms/contoso' };
const entra: PersonIssuer = {
  ...base,
  issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
  tenants: [tenant],
};

const keycloakClaims = {
  exp: nowS + 300,
  iat: nowS,
  auth_time: nowS - 2,
  jti: '7d0a0d4e-7f0b-4c55-9b0a-6a4ef0c0a9a1',
  iss: keycloak.issuer,
  aud: 'opengsa',
  sub: 'f:3b1c:megan',
  typ: 'ID',
  azp: 'opengsa',
  nonce,
  sid: 'a5bd',
  acr: '1',
  email_verified: true,
  name: 'Megan Bowen',
  preferred_username: 'megan',
  email: 'megan@contoso.test',
};
const entraClaims = {
  aud: 'opengsa',
  iss: entra.issuer.replace('{tenantid}', tenant),
  iat: nowS,
  nbf: nowS,
  exp: nowS + 3900,
  name: 'Megan Bowen',
  nonce,
  oid: '99999999-8888-7777-6666-555555555555',
  preferred_username: 'megan@contoso.test',
  rh: '0.AAAA',
  sub: 'pairwise-for-this-application',
  tid: tenant,
  ver: '2.0',
};

const judge = (claims: unknown, issuer: PersonIssuer = keycloak) =>
  judgeClaims(claims, { issuer, nonces: [nonce, 'of a later certificate'], nowMs });
const reasonOf = (claims: unknown, issuer?: PersonIssuer) => {
  const judged = judge(claims, issuer);
  return judged.kind === 'refused' ? judged.reason : 'accepted';
};

describe('who becomes known', () => {
  test('by a token of Keycloak', () => {
    expect(judge(keycloakClaims)).toEqual({
      kind: 'person',
      person: { issuer: keycloak.issuer, subject: 'f:3b1c:megan', name: 'megan' },
      groups: [],
      expiresAtMs: nowMs + 300_000,
      issuedAtMs: nowMs,
      authenticatedAtMs: nowMs - 2000,
      begins: true,
    });
  });

  test('by a token of Entra ID: the object id stays the same in every application', () => {
    expect(judge(entraClaims, entra)).toMatchObject({
      person: { subject: entraClaims.oid, name: 'megan@contoso.test', issuer: entraClaims.iss },
    });
  });

  test('a renewed token may lack the nonce, and begins a session only where the issuer may do without', () => {
    const renewed = { ...keycloakClaims, nonce: undefined };
    expect(judge(renewed)).toMatchObject({ kind: 'person', begins: false });
    expect(judge(renewed, { ...keycloak, nonce: 'optional' })).toMatchObject({ begins: true });
  });

  test('with the groups that the issuer tells, each once; what is no text is none', () => {
    const groups = ['/sales', 7, '', { name: 'x' }, '/sales', 'x'.repeat(257)];
    expect(judge({ ...keycloakClaims, groups, roles: 'Admin' })).toMatchObject({
      groups: ['/sales', 'Admin'],
    });
    expect(judge({ ...keycloakClaims, groups: { sales: true }, wids: ['x'] })).toMatchObject({ groups: [] });
  });

  test('what would move a cursor is no part of a name', () => {
    expect(judge({ ...keycloakClaims, preferred_username: 'me\u001b[2Jgan\u202e' })).toMatchObject({
      person: { name: 'me[2Jgan' },
    });
  });
});

describe('who does not', () => {
  test.each<[string, object, string]>([
    ['another issuer', { iss: 'https://login.example.test' }, 'issuer'],
    ['a longer issuer', { iss: `${keycloak.issuer}/` }, 'issuer'],
    ['another audience', { aud: 'contoso-desktop' }, 'audience'],
    ['a foreign audience beside ours', { aud: ['opengsa', 'contoso-desktop'] }, 'audience'],
    ['no audience', { aud: [] }, 'claims'],
    ['given to another application', { azp: 'contoso-desktop' }, 'authorized-party'],
    ['expired by more than the tolerance', { exp: nowS - 60 }, 'expired'],
    ['not valid yet', { nbf: nowS + 61 }, 'not-yet-valid'],
    ['made in the future', { iat: nowS + 61 }, 'issued-at'],
    ['made for another device', { nonce: 'another' }, 'nonce'],
    ['an empty nonce', { nonce: '' }, 'nonce'],
    ['no subject', { sub: undefined }, 'claims'],
    ['times as text', { exp: String(nowS + 300) }, 'claims'],
    ['no name at all', { preferred_username: '\u0000', email: undefined, name: ' ' }, 'claims'],
  ])('%s: %o is refused with %s', (_what, change, reason) => {
    expect(reasonOf({ ...keycloakClaims, ...change })).toBe(reason);
  });

  test.each([null, 'text', [], 42])('%o is no claims', (value) => {
    expect(reasonOf(value)).toBe('claims');
  });

  test('clocks may differ by less than the tolerance', () => {
    const off = { exp: nowS - 59, nbf: nowS + 60, iat: nowS + 60 };
    expect(reasonOf({ ...keycloakClaims, ...off })).toBe('accepted');
  });

  test('another tenant, or one that only the issuer names', () => {
    const other = '00000000-2222-3333-4444-555555555555';
    const iss = entra.issuer.replace('{tenantid}', other);
    expect(reasonOf({ ...entraClaims, tid: other, iss }, entra)).toBe('tenant');
    expect(reasonOf({ ...entraClaims, iss }, entra)).toBe('issuer');
    expect(reasonOf({ ...entraClaims, tid: undefined }, entra)).toBe('issuer');
  });

  test('a domain that is not listed, and what only looks like one that is', () => {
    const strict = { ...entra, domains: ['contoso.test'] };
    const named = (preferred_username: string) => reasonOf({ ...entraClaims, preferred_username }, strict);
    expect(named('megan@CONTOSO.test')).toBe('accepted');
    for (const name of ['megan@example.test', 'megan@contoso.test@example.test', '@contoso.test', 'megan']) {
      expect(named(name)).toBe('domain');
    }
  });

  test('two audiences that are both ours need the party that it was given to', () => {
    const two = { ...keycloak, audiences: ['opengsa', 'opengsa-api'] };
    const aud = ['opengsa', 'opengsa-api'];
    expect(reasonOf({ ...keycloakClaims, aud }, two)).toBe('accepted');
    expect(reasonOf({ ...keycloakClaims, aud, azp: undefined }, two)).toBe('authorized-party');
  });
});

test('nobody’s token who is not among the issuers', () => {
  expect(findIssuer(entraClaims, [keycloak, entra])).toBe(entra);
  expect(findIssuer({ iss: 'https://x.test' }, [keycloak, entra])).toBeNull();
  expect(findIssuer({}, [keycloak])).toBeNull();
});

test('whatever is changed in a claim that decides, the person is not known by it', () => {
  const deciding = fc.constantFrom('iss', 'aud', 'azp', 'nonce', 'tid');
  const text = fc.string({ maxLength: 40 });
  fc.assert(
    fc.property(deciding, text, (name, value) => {
      const good: Record<string, unknown> = { ...entraClaims, azp: 'opengsa' };
      fc.pre(good[name] !== value && value.toLowerCase() !== tenant);
      expect(judge({ ...good, [name]: value }, entra).kind).toBe('refused');
    }),
    { seed: 6, numRuns: 300 },
  );
});

test('whatever the claims are, the answer is a person within the times or a reason', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(entraClaims)), fc.anything()), (changes) => {
      const judged = judge({ ...entraClaims, ...changes }, entra);
      if (judged.kind === 'refused') return;
      expect(judged.expiresAtMs).toBeGreaterThan(nowMs - 60_000);
      expect(judged.person.issuer).toBe(entraClaims.iss);
    }),
    { seed: 7, numRuns: 500 },
  );
});
