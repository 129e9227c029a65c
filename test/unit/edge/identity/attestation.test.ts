// The witness's statements: what an edge accepts, and how each fault is named. A fault never hides the other statement.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, type JSONWebKeySet, SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAddress, parsePrefix } from '../../../../protocol/address.ts';
import { createAttestationVerifier, type VerifyAttestation } from '../../../../edge/identity/attestation.ts';
import { signEgressToken } from '../../../../edge/identity/witness-token.ts';

const issuer = 'https://edge.contoso.test';
const thumbprint = 'A'.repeat(43);
const nowMs = Date.UTC(2026, 0, 1);
const now = nowMs / 1000;
const context = { thumbprint, sourceRanges: [], nowMs };

let key: KeyObject;
let jwks: JSONWebKeySet;
let verify: VerifyAttestation;

beforeAll(async () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  key = pair.privateKey;
  jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'w1', alg: 'ES256' }] };
  verify = createAttestationVerifier({ jwks, issuer });
});

test("the witness's own statements are accepted, one per family", async () => {
  const [v4, v6] = await Promise.all(['20.190.128.7', '2603:1006:2000::7'].map(witnessed));
  const { attested, faults } = await verify(`"${v4}", "${v6}"`, context);
  expect(attested.ipv4?.text).toBe('20.190.128.7');
  expect(attested.ipv6?.text).toBe('2603:1006:2000::7');
  expect(faults).toEqual([]);
});

test('a statement on another certificate counts where that is the same device, which has renewed it', async () => {
  const field = `"${await witnessed('20.190.128.7')}"`;
  const renewed = { ...context, thumbprint: 'renewed' };
  expect((await verify(field, renewed)).faults).toEqual(['other-device']);
  const isSameDevice = (other: string) => other === context.thumbprint;
  expect((await verify(field, { ...renewed, isSameDevice })).faults).toEqual([]);
});

test('without the field nothing is attested and nothing is wrong', async () => {
  expect(await verify(null, context)).toEqual({ attested: { ipv4: null, ipv6: null }, faults: [] });
});

test('a statement lives for its 300 s and the tolerated difference of clocks, no longer', async () => {
  const field = `"${await witnessed('20.190.128.7')}"`;
  const at = async (seconds: number) =>
    (await verify(field, { ...context, nowMs: nowMs + seconds * 1000 })).faults;
  expect(await at(-59)).toEqual([]);
  expect(await at(-61)).toEqual(['not-yet-valid']);
  expect(await at(359)).toEqual([]);
  expect(await at(361)).toEqual(['expired']);
});

test('an address that is not global counts only in a named range', async () => {
  const field = `"${await witnessed('192.168.1.20')}"`;
  expect((await verify(field, context)).faults).toEqual(['address-not-allowed']);
  const ranges = [parsePrefix('192.168.0.0/16')!];
  const verdict = await verify(field, { ...context, sourceRanges: ranges });
  expect(verdict.attested.ipv4?.text).toBe('192.168.1.20');
});

test('its own device may use it again and again until it ends', async () => {
  const field = `"${await witnessed('20.190.128.7')}"`;
  for (const seconds of [0, 1, 150, 299, 359]) {
    const verdict = await verify(field, { ...context, nowMs: nowMs + seconds * 1000 });
    expect(verdict).toMatchObject({ faults: [], attested: { ipv4: { text: '20.190.128.7' } } });
  }
});

test('another device cannot use it', async () => {
  const field = `"${await witnessed('20.190.128.7')}"`;
  expect((await verify(field, { ...context, thumbprint: 'B'.repeat(43) })).faults).toEqual(['other-device']);
});

describe('a forged or faulty statement contributes nothing', () => {
  const cases: [fault: string, claims: object, header: object][] = [
    ['other-issuer', { iss: 'https://elsewhere.test' }, {}],
    ['other-issuer', { iss: undefined }, {}],
    ['other-audience', { aud: 'other' }, {}],
    ['other-audience', { aud: undefined }, {}],
    ['bad-claims', { aud: ['egress', 'other'] }, {}],
    ['bad-claims', { ip: 7 }, {}],
    ['bad-claims', { cnf: {} }, {}],
    ['bad-claims', { jti: undefined }, {}],
    ['bad-claims', { exp: 'tomorrow' }, {}],
    ['wrong-type', {}, { typ: 'JWT' }],
    ['wrong-type', {}, { typ: undefined }],
    ['not-yet-valid', { nbf: now + 120 }, {}],
    ['life-too-long', { exp: now + 301 }, {}],
    ['address-not-allowed', { ip: '20.190.128.7/24' }, {}],
    ['address-not-allowed', { ip: '127.0.0.1' }, {}],
    ['address-not-allowed', { ip: '::ffff:20.190.128.7' }, {}],
    ['address-not-allowed', { ip: '64:ff9b::1' }, {}],
    ['unknown-key', {}, { kid: 'w2' }],
    ['unknown-key', {}, { kid: undefined }],
  ];
  test.each(cases)('%s: %j %j', async (fault, claims, header) => {
    const bad = await signed({ ...goodClaims(), ...claims }, header);
    const good = await witnessed('2603:1006:2000::7');
    const verdict = await verify(`"${bad}", "${good}"`, context);
    expect(verdict.faults).toEqual([fault]);
    expect(verdict.attested.ipv4).toBeNull();
    expect(verdict.attested.ipv6?.text).toBe('2603:1006:2000::7');
  });

  test('the signature of another key', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const token = await signed(goodClaims(), {}, other);
    expect((await verify(`"${token}"`, context)).faults).toEqual(['bad-signature']);
  });

  test('a symmetric or absent algorithm', async () => {
    const [, payload = ''] = (await signed(goodClaims(), {})).split('.');
    const header = (alg: string) =>
      Buffer.from(JSON.stringify({ alg, kid: 'w1', typ: 'egress+jwt' })).toString('base64url');
    expect((await verify(`"${header('none')}.${payload}."`, context)).faults).toEqual(['bad-algorithm']);
    expect((await verify(`"${header('HS256')}.${payload}.AAAA"`, context)).faults).toEqual(['bad-algorithm']);
  });

  test('every cut and every flipped character of a good one', async () => {
    const token = await witnessed('20.190.128.7');
    for (let at = 0; at < token.length; at += 7) {
      const flipped = token.slice(0, at) + (token[at] === 'x' ? 'y' : 'x') + token.slice(at + 1);
      for (const bad of [token.slice(0, at), flipped]) {
        expect((await verify(`"${bad}"`, context)).attested.ipv4).toBeNull();
      }
    }
  });

  test('two of one family, three at once, and a field that is no list of strings', async () => {
    const token = await witnessed('20.190.128.7');
    const twice = await verify(`"${token}", "${token}"`, context);
    expect(twice).toMatchObject({
      faults: ['second-of-family'],
      attested: { ipv4: { text: '20.190.128.7' } },
    });
    expect((await verify(`"a", "b", "c"`, context)).faults).toEqual(['too-many']);
    const padded = `"${token}";pad=${'a'.repeat(5000)}`;
    expect(await verify(padded, context)).toMatchObject({ faults: ['too-long'], attested: { ipv4: null } });
    for (const field of [token, '?1', '("a")', '"a" "b"', '"']) {
      expect((await verify(field, context)).faults).toEqual(['malformed']);
    }
  });
});

function goodClaims() {
  return {
    iss: issuer,
    aud: 'egress',
    iat: now,
    exp: now + 300,
    jti: 'one',
    ip: '20.190.128.7',
    cnf: { 'x5t#S256': thumbprint },
  };
}

function signed(claims: object, header: object, by: KeyObject = key): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'egress+jwt', kid: 'w1', ...header })
    .sign(by);
}

function witnessed(ip: string): Promise<string> {
  const address = parseAddress(ip)!;
  return signEgressToken(
    { kid: 'w1', privateKey: key },
    { issuer, address, thumbprint, tokenId: 't', nowMs },
  );
}
