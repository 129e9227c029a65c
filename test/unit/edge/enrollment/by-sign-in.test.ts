// Enrolling by signing in, on a real store and with signed tokens: what is good for one device, and what changes nothing.
import { createHash, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { createLocalJWKSet, SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { certificateRequest, keyHash, makeDeviceKey } from '../../../../agent/enrollment/key-request.ts';
import { createAudit } from '../../../../edge/audit.ts';
import { createEnroller, type EnrollerOptions } from '../../../../edge/enrollment/enroller.ts';
import { createIssuing } from '../../../../edge/enrollment/issuing.ts';
import { createAuthority, type Credential } from '../../../../edge/identity/pki.ts';
import type { TrustedIssuer } from '../../../../edge/people/id-token.ts';
import { openSqliteStore } from '../../../../edge/store/sqlite/store.ts';
import type { Store } from '../../../../edge/store/store.ts';
import type { DeviceCodeSignIn } from '../../../../protocol/gateway/issuer-client.ts';
import { enrollmentNonce, personNonce } from '../../../../protocol/nonce.ts';
import { newKey } from '../../../support/person-issuer.ts';
import { address } from '../../../support/observations.ts';
import { createProgramGroup, type ProgramGroup } from '../../../support/processes.ts';

const began = new Date('2026-06-01T12:00:00.000Z');
const day = 86_400_000;
const url = 'https://login.contoso.test';
const salt = 'S'.repeat(43);
const signer = newKey();
const keys = createLocalJWKSet({
  keys: [{ ...signer.key.export({ format: 'jwk' }), d: undefined, kid: signer.kid, alg: 'ES256' } as never],
});
const issuer: TrustedIssuer = {
  ...{ issuer: url, clientId: 'opengsa', audiences: ['opengsa'], tenants: [], domains: [], keys },
  ...{ nonce: 'required', userName: ['preferred_username'], objectId: ['sub'], groups: ['groups'] },
};
/** What the issuer is asked for codes, and how each of these sign-ins ends. */
let codes: PromiseWithResolvers<string>[] = [];
const issuerClient = {
  byBrowser: () => Promise.reject(new Error('no browser here')),
  renew: () => Promise.reject(new Error('nothing to renew')),
  byDeviceCode: (asked: { nonce: string | null }): Promise<DeviceCodeSignIn> => {
    if (asked.nonce !== null) throw new Error('a nonce would be left out');
    const entered = Promise.withResolvers<string>();
    codes.push(entered);
    return Promise.resolve({
      ...{ code: `CODE-${codes.length}`, address: `${url}/device`, expiresInS: 600 },
      finish: async () => ({ idToken: await entered.promise, refreshToken: null }),
    });
  },
};
let authority: Credential;
let authorityHash: string;
let deviceKeys: string[];
let group: ProgramGroup;
let store: Store;
let now: Date;

beforeAll(async () => {
  authority = await createAuthority('Contoso', began);
  authorityHash = createHash('sha256')
    .update(new X509Certificate(authority.certificate).raw)
    .digest('base64url');
  deviceKeys = await Promise.all(Array.from({ length: 4 }, makeDeviceKey));
});
beforeEach(() => {
  group = createProgramGroup();
  now = began;
  codes = [];
  store = openSqliteStore(join(group.folder, 'edge.db'), now.toISOString());
});
afterEach(async () => {
  store.close();
  await group.end();
});

const clock = (): Date => now;
const peer = address('198.51.100.7');

function enroller(terms: Partial<EnrollerOptions['signIn'] & object> | null = {}) {
  const usual = {
    issuers: [issuer],
    devicesPerPerson: 2,
    maxAgeMs: null,
    groups: [],
    profile: 'Contoso apps',
  };
  const offered = [{ issuer: url, clientId: 'opengsa', scopes: ['openid'] }];
  const clientOf = () => Promise.resolve(issuerClient);
  const audit = createAudit({ store, now: clock });
  return createEnroller({
    ...{ store, organisation: 'Contoso', now: clock, audit },
    authority: () => authority.certificate,
    signIn: terms && { ...usual, offered, clientOf, ...terms },
    issuing: createIssuing({
      ...{ organisation: 'Contoso', lifetimeMs: 30 * day, now: clock },
      issuing: () => ({ authority, jwks: { keys: [] } }),
      endpoints: () => ({
        edges: [{ url: 'https://edge.contoso.test:8443' }],
        witness: { ipv4: null, ipv6: null },
      }),
    }),
  });
}

const keyOf = (device: number): string => deviceKeys[device] ?? '';
const nonceOf = (device: number, authorityOf = authorityHash) =>
  enrollmentNonce({ authority: authorityOf, key: keyHash(keyOf(device)), salt });

async function tokenFor(device: number, claims: object = {}, by = signer): Promise<string> {
  const nowS = Math.floor(now.getTime() / 1000);
  const whole = {
    ...{ iss: url, aud: 'opengsa', sub: 'megan', preferred_username: 'megan@contoso.test' },
    ...{ iat: nowS, exp: nowS + 3600, nonce: await nonceOf(device) },
    ...claims,
  };
  return new SignJWT(JSON.parse(JSON.stringify(whole)) as object as Record<string, unknown>)
    .setProtectedHeader({ alg: by.alg, kid: by.kid })
    .sign(by.key);
}

function asking(device: number, idToken: string, name = `laptop-${device}`) {
  return {
    ...{ version: 1 as const, signIn: { idToken, salt } },
    request: certificateRequest(keyOf(device)),
    device: { name, system: 'linux', agent: '0.1.0' },
  };
}

const trail = () => store.audit.latest(100).map(({ who, action, detail }) => `${who} ${action} ${detail}`);

test('a person makes a device theirs: certificate, profile, owner, and who did it from where', async () => {
  const outcome = await enroller().enroll(asking(0, await tokenFor(0)), peer);
  if (outcome.kind !== 'done') throw new Error(outcome.message);
  expect(new X509Certificate(outcome.answer.certificate).subject).toBe('O=Contoso\nCN=laptop-0');
  const [device] = store.devices.list();
  expect(device).toMatchObject({
    ...{ name: 'laptop-0', profile: 'Contoso apps' },
    owner: { issuer: url, subject: 'megan', name: 'megan@contoso.test' },
  });
  expect(trail()).toEqual([
    `198.51.100.7 devices.enroll laptop-0 ${device?.thumbprint ?? ''} by the sign-in of megan@contoso.test (megan at ${url}), linux, 0.1.0`,
  ]);
});

test('the offer says where to sign in, and how fresh that must be', () => {
  expect(enroller({ maxAgeMs: 90_500 }).offer().signIn).toEqual({
    issuers: [{ issuer: url, clientId: 'opengsa', scopes: ['openid'] }],
    maxAge: 91,
  });
  expect(enroller(null).offer().signIn).toBeNull();
});

test('an answer that was lost can be asked for again; the key of a revoked device is good for nothing', async () => {
  const e = enroller();
  const first = await e.enroll(asking(0, await tokenFor(0)), peer);
  now = new Date(began.getTime() + 60_000);
  expect(await e.enroll(asking(0, await tokenFor(0), 'another-name'), peer)).toEqual(first);
  expect(await e.enroll(asking(0, await tokenFor(0, { sub: 'adele' })), peer)).toMatchObject({
    error: 'key-known',
  });
  store.devices.revoke('laptop-0', now.toISOString());
  expect(await e.enroll(asking(0, await tokenFor(0)), peer)).toMatchObject({
    error: 'key-known',
    message: expect.stringMatching(/of a device that is revoked/) as string,
  });
  expect(store.devices.list()).toHaveLength(1);
});

describe('a person', () => {
  test('has as many devices as are allowed, however many they ask for at once', async () => {
    const e = enroller();
    const asked = await Promise.all([0, 1, 2, 3].map(async (i) => asking(i, await tokenFor(i))));
    const outcomes = await Promise.all(asked.map((one) => e.enroll(one, peer)));
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(2);
    expect(outcomes.find(({ kind }) => kind === 'refused')).toEqual({
      ...{ kind: 'refused', error: 'too-many-devices' },
      message: expect.stringMatching(
        /^megan@contoso\.test has as many devices as a person may have here: laptop-\d, laptop-\d; have one revoked$/,
      ) as string,
    });
    expect(trail()[0]).toMatch(/enrollment\.refuse the sign-in of megan.*: has 2 devices already$/);
    const [one] = store.devices.list();
    store.devices.revoke(one?.name ?? '', now.toISOString());
    const free = [0, 1, 2, 3].find((i) => store.devices.byKey(keyHash(keyOf(i))) === null) ?? 0;
    expect((await e.enroll(asking(free, await tokenFor(free)), peer)).kind).toBe('done');
  });

  test('may not take the name of another device', async () => {
    store.devices.add({ name: 'laptop', thumbprint: 'A', createdAt: 'x', expiresAt: 'x' });
    expect(await enroller().enroll(asking(0, await tokenFor(0), 'laptop'), peer)).toMatchObject({
      error: 'name-taken',
      message: 'a device named laptop exists: choose another with --name, or have that one revoked',
    });
  });
});

describe('nothing changes, and the audit log says why, for', () => {
  const nowS = began.getTime() / 1000;
  test.each<[string, () => Promise<string>, RegExp]>([
    [
      'a token for another key',
      async () => tokenFor(0, { nonce: await nonceOf(1) }),
      /not made for this device and this edge/,
    ],
    [
      'a token for another edge',
      async () => tokenFor(0, { nonce: await nonceOf(0, 'A'.repeat(43)) }),
      /not made for this device and this edge/,
    ],
    [
      "a person's sign-in at a device",
      async () => tokenFor(0, { nonce: await personNonce(keyHash(keyOf(0)), salt) }),
      /not made for this device and this edge/,
    ],
    [
      'a token without a nonce',
      () => tokenFor(0, { nonce: undefined }),
      /not made for this device and this edge/,
    ],
    ['another application', () => tokenFor(0, { aud: 'contoso-desktop' }), /made for another application/],
    [
      'another issuer',
      () => tokenFor(0, { iss: 'https://login.fabrikam.test' }),
      /issuer is not one of the edge/,
    ],
    ['one that has expired', () => tokenFor(0, { exp: nowS - 61 }), /expired/],
    ['one of an hour ago', () => tokenFor(0, { iat: nowS - 3600 }), /made too long ago/],
    ['a key of nobody', () => tokenFor(0, {}, newKey()), /signature/],
    ['what is no token', () => Promise.resolve('hello'), /no ID token/],
  ])('%s', async (_, token, why) => {
    const outcome = await enroller().enroll(asking(0, await token()), peer);
    expect(outcome).toEqual({
      ...{ kind: 'refused', error: 'sign-in-refused' },
      message: expect.stringMatching(why) as string,
    });
    expect(store.devices.list()).toEqual([]);
    expect(trail()).toEqual([
      expect.stringMatching(/^198\.51\.100\.7 enrollment\.refuse a sign-in( of megan@\S+ at \S+)?: it/),
    ]);
  });

  test('a certificate request that breaks a rule', async () => {
    const asked = { ...asking(0, await tokenFor(0)), request: 'garbage' };
    expect(await enroller().enroll(asked, peer)).toMatchObject({ error: 'bad-certificate-request' });
    expect(trail()[0]).toMatch(/a sign-in: its certificate request cannot be read/);
  });

  test('an edge where nobody enrols so', async () => {
    expect(await enroller(null).enroll(asking(0, await tokenFor(0)), peer)).toMatchObject({
      error: 'sign-in-refused',
      message: 'this edge enrols devices by invitation only: ask for an invitation',
    });
  });
});

test('keys that cannot be got are no fault of the person: they are asked to try again, and nothing is counted', async () => {
  const away = { ...issuer, keys: () => Promise.reject(new Error('connect ECONNREFUSED')) };
  const e = enroller({ issuers: [away] });
  for (let i = 0; i < 12; i++) {
    expect(await e.enroll(asking(0, await tokenFor(0)), peer)).toMatchObject({ error: 'issuer-unavailable' });
  }
  expect(trail()).toEqual([]);
});

test('who guesses is not heard for a while, whatever they show', async () => {
  const e = enroller();
  for (let i = 0; i < 10; i++) await e.enroll(asking(0, 'hello'), peer);
  expect(await e.enroll(asking(0, await tokenFor(0)), peer)).toMatchObject({ error: 'too-many-attempts' });
  expect((await e.enroll(asking(0, await tokenFor(0)), address('198.51.100.8'))).kind).toBe('done');
});

test('how long ago the person proved who they are counts where it is set', async () => {
  const e = enroller({ maxAgeMs: 300_000 });
  const nowS = began.getTime() / 1000;
  const kindOf = async (claims: object) => (await e.enroll(asking(0, await tokenFor(0, claims)), peer)).kind;
  expect(await kindOf({})).toBe('refused');
  expect(await kindOf({ auth_time: nowS - 3600 })).toBe('refused');
  expect(await kindOf({ auth_time: nowS - 5 })).toBe('done');
});

test('only people of the groups that may, where some are set', async () => {
  const e = enroller({ groups: ['sales'] });
  expect(await e.enroll(asking(0, await tokenFor(0)), peer)).toMatchObject({
    message: expect.stringMatching(/in none of the groups that may enrol devices here/) as string,
  });
  expect((await e.enroll(asking(0, await tokenFor(0, { groups: ['sales'] })), peer)).kind).toBe('done');
});

describe('a device of the same person with the name', () => {
  test('gives way where that is asked for, also where the person could have no more', async () => {
    const e = enroller({ devicesPerPerson: 1 });
    await e.enroll(asking(0, await tokenFor(0), 'laptop'), peer);
    expect(await e.enroll(asking(1, await tokenFor(1), 'laptop'), peer)).toMatchObject({
      error: 'name-taken',
      message:
        'a device named laptop exists, and is yours: --replace has it give way, --name chooses another name',
    });
    const again = { ...asking(1, await tokenFor(1), 'laptop'), replaces: true };
    expect((await e.enroll(again, peer)).kind).toBe('done');
    expect(store.devices.list().map(({ name, revokedAt }) => [name, revokedAt === null])).toEqual([
      ['laptop', false],
      ['laptop', true],
    ]);
    expect(trail()[1]).toMatch(/ devices\.revoke laptop \S+: gives way to another of its owner$/);
  });

  test('of somebody else does not', async () => {
    const e = enroller();
    await e.enroll(asking(0, await tokenFor(0, { sub: 'adele' }), 'laptop'), peer);
    const asked = { ...asking(1, await tokenFor(1), 'laptop'), replaces: true };
    expect(await e.enroll(asked, peer)).toMatchObject({ error: 'name-taken' });
    expect(store.devices.list()).toHaveLength(1);
  });
});

test('a person who asks over and over is put off, and writes nothing more', async () => {
  const e = enroller({ devicesPerPerson: 1 });
  const answers = [];
  for (let i = 0; i < 14; i += 1) answers.push(await e.enroll(asking(i % 2, await tokenFor(i % 2)), peer));
  expect(answers.slice(10).map((one) => one.kind === 'refused' && one.error)).toEqual(
    Array.from({ length: 4 }, () => 'too-busy'),
  );
  expect(trail()).toHaveLength(6);
});

test('a token without a nonce enrols nobody, even of an issuer that may leave it out', async () => {
  const e = enroller({ issuers: [{ ...issuer, nonce: 'optional' }] });
  expect(await e.enroll(asking(0, await tokenFor(0, { nonce: undefined })), peer)).toMatchObject({
    error: 'sign-in-refused',
    message: expect.stringMatching(/not made for this device and this edge/) as string,
  });
});

test('many wrong ones at once are no more than many one after the other', async () => {
  const e = enroller();
  const answers = await Promise.all(Array.from({ length: 100 }, () => e.enroll(asking(0, 'hello'), peer)));
  expect(answers.filter((one) => one.kind === 'refused' && one.error === 'sign-in-refused')).toHaveLength(10);
  expect(trail()).toHaveLength(10);
});

describe('a code', () => {
  const wishOf = (device: number, of = url) => ({
    ...{ version: 1 as const, issuer: of },
    request: certificateRequest(keyOf(device)),
  });
  const askingBy = (ticket: string, device: number) => ({
    ...{ version: 1 as const, ticket, request: certificateRequest(keyOf(device)) },
    device: { name: `server-${device}`, system: 'linux', agent: '0.1.0' },
  });
  const begin = async (e: ReturnType<typeof enroller>, device = 0): Promise<string> => {
    const begun = await e.beginCode(wishOf(device), peer);
    if (begun.kind !== 'done') throw new Error(begun.message);
    expect(begun.answer).toMatchObject({ address: `${url}/device`, expiresInS: 600 });
    return begun.answer.ticket;
  };

  test('makes a device when the person has entered it, for the key that it was asked for', async () => {
    const e = enroller();
    const ticket = await begin(e);
    codes[0]?.resolve(await tokenFor(0, { nonce: undefined }));
    expect(await e.enroll(askingBy(ticket, 1), peer)).toMatchObject({
      error: 'sign-in-refused',
      message: 'this code is not known, or has expired: ask for another one',
    });
    const done = await e.enroll(askingBy(ticket, 0), peer);
    expect(done.kind).toBe('done');
    expect(store.devices.list()).toMatchObject([{ name: 'server-0', owner: { subject: 'megan' } }]);
    // The answer may be lost.
    expect(await e.enroll(askingBy(ticket, 0), peer)).toEqual(done);
    e.close();
  });

  test('that nobody has entered yet is waited for', async () => {
    const e = enroller();
    const ticket = await begin(e);
    expect(await e.enroll(askingBy(ticket, 0), peer)).toMatchObject({ error: 'sign-in-pending' });
    codes[0]?.reject(new Error('login.contoso.test says no: expired_token'));
    expect(await e.enroll(askingBy(ticket, 0), peer)).toMatchObject({
      error: 'sign-in-refused',
      message: 'login.contoso.test says no: expired_token',
    });
    e.close();
  });

  test('has the token judged as any other', async () => {
    const e = enroller({ groups: ['sales'] });
    const ticket = await begin(e);
    codes[0]?.resolve(await tokenFor(0, { nonce: undefined }));
    expect(await e.enroll(askingBy(ticket, 0), peer)).toMatchObject({ error: 'sign-in-refused' });
    expect(store.devices.list()).toEqual([]);
    expect(trail()[0]).toMatch(
      /enrollment\.refuse a sign-in of megan@contoso\.test at https:\/\/login\.contoso\.test: the person is in none/,
    );
  });

  test('is given for an issuer of the offer, and nowhere else than where people enrol so', async () => {
    expect(await enroller().beginCode(wishOf(0, 'https://login.fabrikam.test'), peer)).toMatchObject({
      error: 'bad-request',
      message: 'issuer: is not one of the offer',
    });
    expect(await enroller(null).beginCode(wishOf(0), peer)).toMatchObject({ error: 'sign-in-refused' });
    expect(codes).toEqual([]);
  });
});
