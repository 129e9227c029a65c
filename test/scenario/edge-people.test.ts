// People at devices, as the edge sees them: tokens of a real issuer and forged ones, sessions, and whose flow the log says it is.
import { createHmac, createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { base64url, type JWTPayload } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../edge/config.ts';
import { loadPeople } from '../../edge/load-people.ts';
import { createPeople } from '../../edge/people/people.ts';
import { personQuestion } from '../../edge/people/person-question.ts';
import { personNonce } from '../../protocol/nonce.ts';
import { personPath, personSession } from '../../protocol/person.ts';
import {
  answered,
  type DataPlane,
  opaqueTo,
  openSession,
  startDataPlane,
  textOf,
} from '../support/data-plane.ts';
import { type Origin, startEcho } from '../support/origins.ts';
import {
  megan,
  newKey,
  personClient,
  type PersonIssuer,
  startPersonIssuer,
} from '../support/person-issuer.ts';
import { createPki } from '../support/pki.ts';

const salt = 's'.repeat(43);
const pki = createPki();
const folder = mkdtempSync(join(tmpdir(), 'edge-people-'));
let issuer: PersonIssuer;
let echo: Origin;
let edge: DataPlane;
let session: ClientHttp2Session;
const logged: string[] = [];
/** Of devices that have more than one certificate. */
const identities = new Map<string, { readonly id: string; readonly thumbprints: readonly string[] }>();

async function startEdge(settings: object = {}): Promise<DataPlane> {
  writeFileSync(join(folder, 'ca.pem'), issuer.ca);
  const config = parseConfig(
    {
      name: 'edge.contoso.test',
      organisation: 'Contoso',
      people: {
        issuers: [{ issuer: issuer.url, clientId: personClient, ca: join(folder, 'ca.pem') }],
        ...settings,
      },
    },
    'edge.yaml',
  );
  const write = (fields: object, message: string) => void logged.push(JSON.stringify({ ...fields, message }));
  const people = createPeople({
    ...loadPeople(config.people, { info: write, warn: write }),
    devices: {
      idOf: (thumbprint) => identities.get(thumbprint)?.id ?? thumbprint,
      thumbprintsOf: (thumbprint) => identities.get(thumbprint)?.thumbprints ?? [thumbprint],
    },
  });
  return startDataPlane({
    pki,
    classes: [opaqueTo('echo.contoso.test', echo)],
    options: { people, questions: { [personPath]: personQuestion(people) } },
  });
}

beforeAll(async () => {
  issuer = await startPersonIssuer({ pki });
  echo = await startEcho();
  edge = await startEdge();
  session = await openSession(edge);
});
afterEach(() => issuer.setDown(false));
afterAll(async () => {
  session.destroy();
  await edge.close();
  await issuer.close();
  await echo.close();
  rmSync(folder, { recursive: true });
});

type Asked = { method: string; path?: string; body?: string | undefined; on?: ClientHttp2Session };

async function ask({ method, path = personPath, body, on = session }: Asked) {
  const stream = on.request({ ':method': method, ':path': path });
  stream.on('error', () => undefined);
  stream.end(body);
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const text = await textOf(stream);
  return { status: headers[':status'], value: (text === '' ? null : JSON.parse(text)) as unknown };
}

const show = (idToken: string, on?: ClientHttp2Session) =>
  ask({ method: 'POST', body: JSON.stringify({ idToken, salt }), ...(on === undefined ? {} : { on }) });
const nonceHere = () => personNonce(edge.device.thumbprint, salt);
const mint = async (claims: JWTPayload = {}, how = {}) =>
  issuer.mint({ nonce: await nonceHere(), ...claims }, how);

async function flow(fields: Record<string, string>, on = session, plane = edge) {
  const { stream, status } = await answered(on, 'echo.contoso.test:443', fields);
  stream.close();
  await expect.poll(() => plane.records.length).toBeGreaterThan(0);
  return { status, record: plane.records.splice(0).at(-1) };
}

describe('a sign-in that counts', () => {
  test('the edge says whose sign-ins count here', async () => {
    expect(await ask({ method: 'GET' })).toEqual({
      status: 200,
      value: {
        required: [],
        issuers: [
          { issuer: issuer.url, clientId: personClient, scopes: ['openid', 'profile', 'offline_access'] },
        ],
      },
    });
  });

  test('opens a session of this device, and its flows carry the person until it ends', async () => {
    const { status, value } = await show(await mint());
    expect(status).toBe(200);
    const { id, person, expiresAt } = personSession.parse(value);
    expect(person).toEqual({ issuer: issuer.url, subject: 'megan', name: megan.preferred_username });
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(3600_000);
    expect((await flow({ 'opengsa-person': id })).record?.person).toEqual(person);
    expect((await flow({})).record?.person).toBeNull();
    expect((await flow({ 'opengsa-person': 'another' })).record?.person).toBeNull();
    expect((await ask({ method: 'DELETE', path: `${personPath}?session=${id}` })).status).toBe(204);
    expect((await flow({ 'opengsa-person': id })).record?.person).toBeNull();
  });

  test('is of no use to another device: neither the session nor the token', async () => {
    const token = await mint();
    const { id } = personSession.parse((await show(token)).value);
    const other = pki.device('other');
    edge.state.standings.set(other.thumbprint, { kind: 'active', name: 'other' });
    const others = await openSession(edge, { device: other });
    expect(await show(token, others)).toEqual({ status: 403, value: { reason: 'nonce' } });
    expect((await flow({ 'opengsa-person': id }, others)).record?.person).toBeNull();
    others.destroy();
  });

  test('outlives the certificate that it began with', async () => {
    const token = await mint();
    const { id } = personSession.parse((await show(token)).value);
    const renewed = pki.device('laptop');
    const device = { id: 'device 1', thumbprints: [edge.device.thumbprint, renewed.thumbprint] };
    edge.state.standings.set(renewed.thumbprint, { kind: 'active', name: 'laptop' });
    identities.set(renewed.thumbprint, device);
    const later = await openSession(edge, { device: renewed });
    expect((await flow({ 'opengsa-person': id }, later)).record?.person).toBeNull();
    const shown = personSession.parse((await show(token, later)).value);
    expect((await flow({ 'opengsa-person': shown.id }, later)).record?.person?.subject).toBe('megan');
    identities.set(edge.device.thumbprint, device);
    expect((await flow({ 'opengsa-person': shown.id })).record?.person?.subject).toBe('megan');
    identities.clear();
    later.destroy();
  });

  test('is prolonged by a token without a nonce, which begins none', async () => {
    const bare = () => issuer.mint({ sub: 'alex' });
    expect(await show(await bare())).toEqual({ status: 403, value: { reason: 'nonce' } });
    const { id } = personSession.parse((await show(await mint({ sub: 'alex' }))).value);
    expect(personSession.parse((await show(await bare())).value).id).toBe(id);
    await ask({ method: 'DELETE', path: `${personPath}?session=${id}` });
    expect((await show(await bare())).status).toBe(403);
  });

  test('a revoked device shows none', async () => {
    edge.state.standings.set(edge.device.thumbprint, { kind: 'revoked', name: 'laptop' });
    expect((await show(await mint())).status).toBe(403);
    edge.state.standings.set(edge.device.thumbprint, { kind: 'active', name: 'laptop' });
    expect((await show(await mint())).status).toBe(200);
  });
});

describe('a sign-in that does not count', () => {
  const nowS = () => Math.floor(Date.now() / 1000);
  test.each<[string, () => Promise<string> | string, string]>([
    ['no token', () => 'nonsense', 'malformed'],
    ['another issuer', () => mint({ iss: 'https://login.example.test' }), 'issuer'],
    ['another audience', () => mint({ aud: 'contoso-desktop' }), 'audience'],
    ['given to another application', () => mint({ azp: 'contoso-desktop' }), 'authorized-party'],
    ['expired', () => mint({ exp: nowS() - 120 }), 'expired'],
    ['not valid yet', () => mint({ nbf: nowS() + 120 }), 'not-yet-valid'],
    ['made in the future', () => mint({ iat: nowS() + 120 }), 'issued-at'],
    ['made for another sign-in', () => mint({ nonce: 'x'.repeat(43) }), 'nonce'],
    ['signed with a key that is nobody’s', () => mint({}, newKey()), 'signature'],
    [
      'signed with another key under the name of the right one',
      () => mint({}, { key: newKey().key }),
      'signature',
    ],
    ['unsigned', async () => unsigned(await mint()), 'algorithm'],
    ['signed by HMAC with the public key', async () => byPublicKey(await mint()), 'algorithm'],
    ['cut', async () => (await mint()).slice(0, -10), 'signature'],
    ['changed', async () => changed(await mint()), 'signature'],
  ])('%s', async (_what, token, reason) => {
    expect(await show(await token())).toEqual({ status: 403, value: { reason } });
  });

  test.each<[string, string | undefined, number]>([
    ['no body', undefined, 403],
    ['no JSON', '{', 403],
    ['more than it may have', JSON.stringify({ idToken: 'a.b.c', salt, more: 1 }), 403],
    ['longer than any token', JSON.stringify({ idToken: 'a'.repeat(70_000), salt }), 413],
  ])('a request with %s', async (_what, body, status) => {
    expect((await ask({ method: 'POST', body })).status).toBe(status);
  });

  test('another method', async () => {
    expect((await ask({ method: 'PUT' })).status).toBe(405);
  });

  test('the log tells the reason, and no token', async () => {
    const token = await mint({ exp: nowS() - 120 });
    await show(token);
    expect(logged.at(-1)).toContain('"reason":"expired"');
    expect(logged.join('\n')).not.toContain(token.split('.')[1]);
  });
});

describe('keys of the issuer', () => {
  test('are asked for again when it signs with another one, but not for each token with an unknown one', async () => {
    const fresh = await startEdge();
    const own = await openSession(fresh);
    const tokenHere = async (how = {}) =>
      issuer.mint({ nonce: await personNonce(fresh.device.thumbprint, salt) }, how);
    const askedFor = () => issuer.asked.filter((line) => line === 'GET /jwks').length;
    const before = askedFor();
    expect((await show(await tokenHere(), own)).status).toBe(200);
    expect((await show(await tokenHere(), own)).status).toBe(200);
    expect(askedFor()).toBe(before + 1);
    for (let i = 0; i < 5; i += 1) expect((await show(await tokenHere(newKey()), own)).status).toBe(403);
    expect(askedFor()).toBeLessThanOrEqual(before + 2);
    own.destroy();
    await fresh.close();
  });

  test('that cannot be had are told apart from a bad sign-in, and had as soon as the issuer is back', async () => {
    const fresh = await startEdge();
    const own = await openSession(fresh);
    const token = await issuer.mint({ nonce: await personNonce(fresh.device.thumbprint, salt) });
    issuer.setDown(true);
    expect(await show(token, own)).toEqual({ status: 503, value: { reason: 'keys-unavailable' } });
    issuer.setDown(false);
    await expect
      .poll(async () => (await show(token, own)).status, { timeout: 8000, interval: 500 })
      .toBe(200);
    own.destroy();
    await fresh.close();
  });
});

test.each([[true], [['private']]])(
  'where a person is required (%j), nobody’s flow is refused with a reason of its own',
  async (required) => {
    const strict = await startEdge({ required });
    const own = await openSession(strict);
    const nobody = await flow({}, own, strict);
    expect(nobody).toMatchObject({ status: 403, record: { reason: 'person-required', result: 'refused' } });
    const token = await issuer.mint({ nonce: await personNonce(strict.device.thumbprint, salt) });
    const { id } = personSession.parse((await show(token, own)).value);
    expect(await flow({ 'opengsa-person': id }, own, strict)).toMatchObject({ status: 200 });
    own.destroy();
    await strict.close();
  },
);

test('traffic of a kind for which nobody is required goes on without anybody', async () => {
  const lenient = await startEdge({ required: ['m365', 'internet'] });
  const own = await openSession(lenient);
  expect(await flow({}, own, lenient)).toMatchObject({ status: 200, record: { person: null } });
  own.destroy();
  await lenient.close();
});

test('an edge without issuers has nothing there', async () => {
  const plain = await startDataPlane({ pki });
  const own = await openSession(plain);
  expect((await ask({ method: 'GET', on: own })).status).toBe(404);
  own.destroy();
  await plain.close();
});

const part = (value: object) => base64url.encode(JSON.stringify(value));

function unsigned(token: string): string {
  return `${part({ alg: 'none' })}.${token.split('.')[1] ?? ''}.`;
}

/** Whoever takes the public key for a secret accepts this. */
function byPublicKey(token: string): string {
  const text = `${part({ alg: 'HS256', kid: issuer.key().kid })}.${token.split('.')[1] ?? ''}`;
  const secret = createPublicKey(issuer.key().key).export({ type: 'spki', format: 'pem' });
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function changed(token: string): string {
  const [head = '', body = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
  return `${head}.${part({ ...claims, sub: 'alex' })}.${signature}`;
}
