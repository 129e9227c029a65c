// The document that tells a device its profiles is taken when it is beyond doubt, and each doubt has a name.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type DocumentExpectation,
  readKeptDocument,
  readSentDocument,
} from '../../../../agent/policy/profile-document.ts';
import { egressTokenAudience, egressTokenType } from '../../../../protocol/egress-token.ts';
import {
  type ProfileDocument,
  profileDocumentAudience,
  profileDocumentType,
} from '../../../../protocol/profile-document.ts';
import { exampleProfile } from '../../../support/admin-profile.ts';

const now = Date.parse('2026-06-01T12:00:00.000Z');
const iat = now / 1000 - 60;
const good: ProfileDocument = {
  ...{ aud: profileDocumentAudience, iat, exp: iat + 3600, version: 1, organisation: 'Contoso' },
  ...{ device: { name: 'laptop', id: 7 }, revision: 5, tag: 't'.repeat(43), breakGlass: null },
  profiles: [{ name: 'contoso', revision: 2, profile: exampleProfile }],
};
const pair = (): { privateKey: KeyObject; publicKey: KeyObject } =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' });
const [edge, stranger] = [pair(), pair()];
let expected: DocumentExpectation;

beforeAll(async () => {
  const keys = [{ ...(await exportJWK(edge.publicKey)), kid: 'w-1', alg: 'ES256' }];
  expected = { keys: { keys }, organisation: 'Contoso', device: 'laptop' };
});

type Signing = { readonly key?: KeyObject; readonly kid?: string; readonly typ?: string };

function sign(
  claims: object,
  { key = edge.privateKey, kid = 'w-1', typ = profileDocumentType }: Signing = {},
) {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', kid, typ }).sign(key);
}

const read = async (jws: string, held: { revision: number; iat: number } | null = null, at = now) => {
  const reading = await readSentDocument(jws, expected, held, at);
  return reading.kind === 'good' ? reading.kind : reading.reason;
};

test('a good document is read as it was written', async () => {
  expect(await readSentDocument(await sign(good), expected, null, now)).toEqual({
    kind: 'good',
    document: good,
  });
});

describe('is refused:', () => {
  test('one that another key signed, under the name of a known one or its own', async () => {
    expect(await read(await sign(good, { key: stranger.privateKey }))).toBe('bad-signature');
    expect(await read(await sign(good, { key: stranger.privateKey, kid: 'w-2' }))).toBe('unknown-key');
  });

  test('one that was changed after it was signed', async () => {
    const [head = '', payload = '', signature = ''] = (await sign(good)).split('.');
    const other = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...other, profiles: [] })).toString('base64url');
    expect(await read([head, changed, signature].join('.'))).toBe('bad-signature');
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: profileDocumentType })).toString(
      'base64url',
    );
    expect(await read(`${unsigned}.${payload}.`)).toBe('algorithm-refused');
  });

  test('another statement of the same key', async () => {
    expect(await read(await sign(good, { typ: egressTokenType }))).toBe('wrong-type');
    expect(await read(await sign({ ...good, aud: egressTokenAudience }))).toBe('wrong-audience');
  });

  test.each([
    ['wrong-organisation', { organisation: 'Fabrikam' }, 'it is of another organisation (Fabrikam)'],
    ['wrong-device', { device: { name: 'desk-2', id: 8 } }, 'it is for another device (desk-2)'],
  ])('%s', async (reason, change, why) => {
    expect(await readSentDocument(await sign({ ...good, ...change }), expected, null, now)).toEqual({
      ...{ kind: 'refused', reason, why },
    });
  });

  test('one that is older than what is held, by revision or, within one, by its time', async () => {
    const jws = await sign(good);
    expect(await read(jws, { revision: 6, iat: iat - 900 })).toBe('older');
    expect(await read(jws, { revision: 5, iat: iat + 1 })).toBe('older');
    expect(await read(jws, { revision: 5, iat })).toBe('good');
    expect(await read(jws, { revision: 4, iat: iat + 900 })).toBe('good');
  });

  test('one that has run out, with some patience for a clock that is ahead', async () => {
    const jws = await sign(good);
    expect(await read(jws, null, (iat + 3600) * 1000 + 5 * 60_000)).toBe('good');
    expect(await read(jws, null, (iat + 3600) * 1000 + 11 * 60_000)).toBe('expired');
    // A clock that is behind must not keep a break-glass switch out.
    expect(await read(jws, null, now - 86_400_000)).toBe('good');
  });

  test.each([
    ['no document', 'hello', 'malformed'],
    ['nothing', '', 'malformed'],
    ['too much', 'a'.repeat(1024 * 1024 + 1), 'too-long'],
  ])('%s', async (_, jws, reason) => {
    expect(await read(jws)).toBe(reason);
  });

  test('one with a wrong field or a wrong profile, as a whole', async () => {
    expect(await read(await sign({ ...good, revision: -1 }))).toBe('malformed');
    const [profile] = good.profiles ?? [];
    expect(await read(await sign({ ...good, profiles: [profile, profile] }))).toBe('bad-profile');
    const { policies } = exampleProfile;
    const twice = { ...exampleProfile, policies: [...policies, ...policies] };
    const reading = await readSentDocument(
      await sign({ ...good, profiles: [{ ...profile, profile: twice }] }),
      ...([expected, null, now] as const),
    );
    expect(reading).toMatchObject({
      reason: 'bad-profile',
      why: 'a profile in it is wrong: contoso: policies[2].rules[0].id: mail is used twice',
    });
  });
});

test('one that was kept holds on beyond its end, and is checked for all else', async () => {
  const old = await sign({ ...good, iat: 0, exp: 1 });
  expect(await read(old)).toBe('expired');
  expect((await readKeptDocument(old, expected)).kind).toBe('good');
  expect((await readKeptDocument(old, { ...expected, organisation: 'Fabrikam' })).kind).toBe('refused');
});
