// Which statements of a witness count, and why the others do not.
import { generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { readWitnessToken, type TokenExpectation } from '../../../../agent/egress/witness-token.ts';
import { createWitnessKey, statement, type WitnessKey } from '../../../support/test-witness.ts';

const now = Date.UTC(2026, 5, 1);
const thumbprint = 'device-thumbprint';
const good = statement({ ip: '1.2.3.4', thumbprint, now });
let key: WitnessKey;
let expected: TokenExpectation;

beforeAll(async () => {
  key = await createWitnessKey();
  expected = { family: 'ipv4', keys: key.jwks, issuer: good.iss, thumbprint };
});

async function reasonFor(claims: Record<string, unknown>, header = {}): Promise<string> {
  const reading = await readWitnessToken(await key.sign(claims, header), expected, now);
  return reading.kind === 'valid' ? 'valid' : reading.reason;
}

describe('witness token', () => {
  it('gives address and life of a good statement', async () => {
    const jws = await key.sign(good);
    expect(await readWitnessToken(jws, expected, now)).toMatchObject({
      kind: 'valid',
      address: { text: '1.2.3.4' },
      token: { jws, issuedAt: now, expiresAt: now + 300_000 },
    });
  });

  it.each([
    ['wrong-issuer', { iss: 'https://other.test' }],
    ['wrong-audience', { aud: 'something' }],
    ['wrong-device', { cnf: { 'x5t#S256': 'another' } }],
    ['wrong-family', { ip: '2600::1' }],
    ['expired', { iat: good.iat - 600, exp: good.iat - 300 }],
    ['not-yet-valid', { iat: good.iat + 61, exp: good.iat + 200 }],
    ['life-too-long', { exp: good.iat + 301 }],
    ['life-too-long', { iat: good.iat + 20, exp: good.iat + 10 }],
    ['malformed', { ip: 'here' }],
    ['malformed', { cnf: undefined }],
    ['malformed', { iat: undefined }],
    ['malformed', { exp: undefined }],
  ])('refuses as %s: %j', async (reason, change) => {
    expect(await reasonFor({ ...good, ...change })).toBe(reason);
  });

  it('refuses another type of token, another key, a key of the same name and a changed byte', async () => {
    expect(await reasonFor(good, { typ: 'JWT' })).toBe('wrong-type');
    expect(await reasonFor(good, { kid: 'w-2' })).toBe('unknown-key');
    const impostor = await createWitnessKey('w-1');
    const forged = await readWitnessToken(await impostor.sign(good), expected, now);
    expect(forged).toMatchObject({ kind: 'invalid', reason: 'bad-signature' });
    const [header = '', payload = '', signature = ''] = (await key.sign(good)).split('.');
    const changed = Buffer.from(payload, 'base64url').toString().replace('1.2.3.4', '1.2.3.5');
    const tampered = [header, Buffer.from(changed).toString('base64url'), signature].join('.');
    expect(await readWitnessToken(tampered, expected, now)).toMatchObject({ reason: 'bad-signature' });
  });

  it('refuses symmetric and absent signatures', async () => {
    const secret = Buffer.from(JSON.stringify(key.jwks.keys[0]));
    const symmetric = await new SignJWT(good)
      .setProtectedHeader({ alg: 'HS256', typ: 'egress+jwt' })
      .sign(secret);
    expect(await readWitnessToken(symmetric, expected, now)).toMatchObject({ reason: 'algorithm-refused' });
    const unsigned = `${Buffer.from('{"alg":"none","typ":"egress+jwt"}').toString('base64url')}.e30.`;
    expect(await readWitnessToken(unsigned, expected, now)).toMatchObject({ kind: 'invalid' });
    expect(await readWitnessToken('<html>', expected, now)).toMatchObject({ reason: 'malformed' });
  });

  it('refuses algorithms outside the agreed ones although the key is pinned', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES384');
    const { exportJWK } = await import('jose');
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'w-3' }] };
    const jws = await new SignJWT(good)
      .setProtectedHeader({ alg: 'ES384', typ: 'egress+jwt', kid: 'w-3' })
      .sign(privateKey);
    expect(await readWitnessToken(jws, { ...expected, keys }, now)).toMatchObject({
      reason: 'algorithm-refused',
    });
  });

  it('ends a token by whichever clock is ahead', async () => {
    const jws = await key.sign(good);
    const ahead = await readWitnessToken(jws, expected, now + 30_000);
    expect(ahead).toMatchObject({ token: { expiresAt: now + 300_000 } });
    const behind = await readWitnessToken(jws, expected, now - 30_000);
    expect(behind).toMatchObject({ token: { expiresAt: now - 30_000 + 300_000 } });
    expect(await readWitnessToken(jws, expected, now + 301_000)).toMatchObject({ reason: 'expired' });
  });
});
