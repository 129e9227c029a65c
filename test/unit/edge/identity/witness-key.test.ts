// The key that signs attestations.
import { importJWK, jwtVerify, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import {
  createWitnessKey,
  parseWitnessKey,
  publicWitnessKey,
} from '../../../../edge/identity/witness-key.ts';

test('what it signs is verified by its public half', async () => {
  const key = await createWitnessKey();
  const token = await new SignJWT({ ip: '192.0.2.1' })
    .setProtectedHeader({ alg: key.alg, kid: key.kid })
    .sign(await importJWK(key));
  const { payload } = await jwtVerify(token, await importJWK(publicWitnessKey(key)));
  expect(payload.ip).toBe('192.0.2.1');
});

test('the public half holds nothing of the private key', async () => {
  const key = await createWitnessKey();
  expect(publicWitnessKey(key)).not.toHaveProperty('d');
  expect(JSON.stringify(publicWitnessKey(key))).not.toContain(key.d);
});

test('a written key is read back', async () => {
  const key = await createWitnessKey();
  expect(parseWitnessKey(JSON.stringify(key), 'witness.jwk')).toEqual(key);
});

test('a broken file is refused by its name, without a word of its content', async () => {
  const key = await createWitnessKey();
  const text = `${JSON.stringify(key).slice(0, -1)},`;
  expect(() => parseWitnessKey(text, 'witness.jwk')).toThrow(/^witness\.jwk: /);
  expect(() => parseWitnessKey(text, 'witness.jwk')).not.toThrow(new RegExp(key.d));
  expect(() => parseWitnessKey(JSON.stringify({ ...key, d: undefined }), 'witness.jwk')).toThrow(
    /^witness\.jwk: d: /,
  );
});
