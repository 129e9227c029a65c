// ID tokens with real signatures: a fault of the token is a refusal of it, and only the issuer's keys can be unavailable.
import { generateKeyPairSync } from 'node:crypto';
import { CompactSign, createLocalJWKSet, type CompactJWSHeaderParameters, type JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { createIssuerKeys, type IssuerKeys } from '../../../../edge/people/issuer-keys.ts';
import { verifyIdToken } from '../../../../edge/people/id-token.ts';
import { newKey } from '../../../support/person-issuer.ts';

const nowMs = Date.UTC(2026, 0, 1);
const issuer = 'https://login.contoso.test';
const key = newKey();
const known = keysOf({ ...key.key.export({ format: 'jwk' }), kid: key.kid, alg: key.alg });

/** A set of one public key. */
function keysOf({ d: _secret, ...jwk }: JWK): IssuerKeys {
  return createLocalJWKSet({ keys: [jwk] });
}

const claims = {
  ...{ iss: issuer, aud: 'opengsa', sub: 'megan', name: 'Megan Bowen', nonce: 'n' },
  ...{ iat: nowMs / 1000, exp: nowMs / 1000 + 3600 },
};

function sign(header: Partial<CompactJWSHeaderParameters> = {}, signer = key): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: signer.alg, kid: signer.kid, ...header })
    .sign(signer.key, { crit: Object.fromEntries((header.crit ?? []).map((name) => [name, true])) });
}

async function outcome(token: string, keys: IssuerKeys = known): Promise<string> {
  const trusted = {
    ...{ issuer, clientId: 'opengsa', audiences: ['opengsa'], tenants: [], domains: [], groups: [] },
    ...{ nonce: 'required' as const, userName: ['name'], objectId: ['sub'], keys },
  };
  const judged = await verifyIdToken(token, ['n'], [trusted], nowMs);
  return judged.kind === 'person' ? judged.person.name : judged.reason;
}

test('whose signature holds is who the token says', async () => {
  expect(await outcome(await sign())).toBe('Megan Bowen');
});

describe('what the token itself is at fault for is no fault of the moment:', () => {
  test('an extension that it calls critical and nobody here knows', async () => {
    expect(await outcome(await sign({ crit: ['urn:contoso:x'], 'urn:contoso:x': 1 }))).toBe('malformed');
  });

  test('a list of critical extensions that is none', async () => {
    const [, payload = '', signature = ''] = (await sign()).split('.');
    const header = Buffer.from(JSON.stringify({ alg: key.alg, kid: key.kid, crit: [] })).toString(
      'base64url',
    );
    expect(await outcome(`${header}.${payload}.${signature}`)).toBe('malformed');
  });

  test('a signature that is no base64url', async () => {
    const [header = '', payload = ''] = (await sign()).split('.');
    expect(await outcome(`${header}.${payload}.?`)).toBe('malformed');
  });

  test('text that is no token', async () => {
    expect(await outcome('a.b.c')).toBe('malformed');
  });

  test('an algorithm that does not count here', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    expect(await outcome(await sign({ alg: 'ES384' }, { ...key, key: privateKey }))).toBe('algorithm');
  });

  test('a signature of another key under this one’s name', async () => {
    expect(await outcome(await sign({}, { ...newKey(), kid: key.kid }))).toBe('signature');
  });

  test('a key that the issuer does not have', async () => {
    expect(await outcome(await sign({ kid: 'another' }))).toBe('signature');
  });
});

describe('what the issuer is at fault for does not count against the token:', () => {
  test('it cannot be asked', async () => {
    const settings = { issuer: 'https://127.0.0.1:1', jwksUri: 'https://127.0.0.1:1/keys' };
    const told: string[] = [];
    const keys = createIssuerKeys(
      settings,
      null,
      (reason) => told.push(reason),
      () => 0,
    );
    expect(await outcome(await sign(), keys)).toBe('keys-unavailable');
    expect(told).toEqual([expect.stringMatching(/^https:\/\/127\.0\.0\.1:1\/keys: .*ECONNREFUSED/)]);
  });

  test('its key is none that can be used', async () => {
    const point = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' };
    expect(await outcome(await sign(), keysOf({ ...point, kid: key.kid, alg: key.alg }))).toBe(
      'keys-unavailable',
    );
  });

  test('its key is too weak', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const weak = { kid: 'weak', alg: 'RS256' } as const;
    // A library refuses to sign with such a key as well; the key is looked at before the signature.
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signed = await sign({}, { ...weak, key: privateKey });
    expect(await outcome(signed, keysOf({ ...publicKey.export({ format: 'jwk' }), ...weak }))).toBe(
      'keys-unavailable',
    );
  });
});
