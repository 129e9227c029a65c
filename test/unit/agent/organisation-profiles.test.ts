// When a device asks for its profiles, what it takes, and what it keeps when the answer is bad or nobody answers.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type DocumentSource,
  openOrganisationProfiles,
  type OrganisationProfiles,
} from '../../../agent/organisation-profiles.ts';
import type { PersonState } from '../../../agent/core/person-state.ts';
import type { ViewState } from '../../../agent/tunnel/view-poll.ts';
import type { DeviceBundle } from '../../../protocol/device-bundle.ts';
import { OpenGsaError } from '../../../protocol/error.ts';
import {
  type ProfileDocument,
  profileDocumentAudience,
  profileDocumentType,
} from '../../../protocol/profile-document.ts';
import { exampleProfile } from '../../support/admin-profile.ts';
import { plainView } from '../../support/data-plane.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = { ...(await exportJWK(publicKey)), kid: 'w-1', alg: 'ES256' };
const bundle: DeviceBundle = {
  ...{ version: 1, organisation: 'Contoso', device: 'laptop', witness: { ipv4: null, ipv6: null } },
  ...{ edges: [{ url: 'https://edge.contoso.test:8443' }], jwks: { keys: [key] } },
};
const day = 86_400;

type Reply = { readonly status: number; readonly body?: string };
let stateDir: string;
let file: string;
let clock: ManualClock;
let applied: string[];
let asked: string[];
let reply: () => Promise<Reply>;
let changed: () => void;
let view: ViewState;
let person: PersonState;
let stop: () => void;
let outcomes: number;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'opengsa-profiles-'));
  file = join(stateDir, 'organisation-profiles.json');
  clock = manualClock();
  [applied, asked] = [[], []];
  view = { kind: 'unknown' };
  person = { kind: 'signed-out' };
  outcomes = 0;
  stop = () => undefined;
});
afterEach(() => {
  stop();
  rmSync(stateDir, { recursive: true });
});

const documentOf = (revision: number, more: Partial<ProfileDocument> = {}): ProfileDocument => {
  const iat = Math.floor(clock.now() / 1000);
  return {
    ...{ aud: profileDocumentAudience, iat, exp: iat + 30 * day, version: 1, organisation: 'Contoso' },
    ...{
      device: { name: 'laptop', id: 1 },
      revision,
      tag: `${'t'.repeat(40)}${revision % 10}`,
      breakGlass: null,
    },
    profiles: [{ name: 'contoso', revision: null, profile: exampleProfile }],
    ...more,
  };
};
const sign = (document: ProfileDocument) =>
  new SignJWT({ ...document })
    .setProtectedHeader({ alg: 'ES256', kid: 'w-1', typ: profileDocumentType })
    .sign(privateKey);
const sends = (document: ProfileDocument) => async (): Promise<Reply> => ({
  status: 200,
  body: await sign(document),
});
const says = (status: number) => (): Promise<Reply> => Promise.resolve({ status });

function open(): Promise<OrganisationProfiles> {
  return openOrganisationProfiles({
    ...{ stateDir, credentials: { bundle }, platform: 'linux', clock, random: () => 0 },
    log: { write: () => undefined },
    apply: ({ revision, breakGlass }) =>
      void applied.push(`${revision}${breakGlass === null ? '' : ' break-glass'}`),
  });
}

async function start(): Promise<OrganisationProfiles> {
  const profiles = await open();
  const source: DocumentSource = {
    view: () => view,
    onChange: (listener) => {
      changed = listener;
      return () => undefined;
    },
    person: () => person,
    ask: async ({ path }) => {
      asked.push(path);
      const { status, body = '' } = await reply();
      return { status, body };
    },
  };
  stop = profiles.follow(source, () => (outcomes += 1));
  return profiles;
}

/** The edge's view names this revision. */
async function offer(revision: number | null): Promise<void> {
  const told = revision === null ? {} : { distribution: { revision } };
  view = { kind: 'known', view: { ...plainView(1), ...told } };
  changed();
  await settle();
}

/** Lets what is due happen, and waits until what was asked has come to an end. */
async function settle(ms = 0): Promise<void> {
  clock.advance(ms);
  for (let i = 0; i < 3; i += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(0);
  }
  await vi.waitFor(() => expect(outcomes).toBe(asked.length), { interval: 1, timeout: 10_000 });
}

const query = (path = asked.at(-1)) => Object.fromEntries(new URLSearchParams(path?.split('?')[1]));

describe('a device asks', () => {
  test('when the edge names a revision that it has not asked for, and then no more', async () => {
    const profiles = await start();
    expect(profiles.status()).toEqual({ organisation: 'Contoso', document: null, fault: null });
    reply = sends(documentOf(5));
    await offer(5);
    expect([applied, query()]).toEqual([['5'], { platform: 'linux' }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await offer(5);
    await settle(120_000);
    expect(asked).toHaveLength(1);
    reply = says(304);
    await offer(6);
    expect([applied, query()]).toEqual([['5'], { platform: 'linux', have: `${'t'.repeat(40)}5` }]);
    expect(profiles.status()).toMatchObject({
      fault: null,
      document: { revision: 5, assigns: true, profiles: [{ name: 'microsoft', title: 'Contoso traffic' }] },
    });
  });

  test('again when somebody signs in or out, and not while the edge is just told of it', async () => {
    await start();
    reply = says(304);
    await offer(5);
    const whoever = { name: 'Ada', signedInAt: 0 };
    person = { kind: 'proving', ...whoever, cause: null };
    changed();
    await settle();
    expect(asked).toHaveLength(1);
    person = { kind: 'signed-in', ...whoever, session: 's-1' };
    changed();
    await settle();
    changed();
    await settle();
    expect(asked).toHaveLength(2);
    // The edge may not get an answer of the issuer for long, and has profiles all the same.
    person = { kind: 'proving', ...whoever, cause: 'the issuer does not answer' };
    changed();
    await settle();
    expect(asked).toHaveLength(3);
  });

  test('nothing of an edge that distributes none', async () => {
    await start();
    await offer(null);
    expect(asked).toEqual([]);
    reply = says(404);
    await offer(3);
    await settle(120_000);
    expect(asked).toHaveLength(1);
  });

  test('again and again where there is no answer, within half a minute, and at once over a new connection', async () => {
    const profiles = await start();
    reply = () => Promise.reject(new OpenGsaError('timeout', 'the edge does not answer'));
    await offer(5);
    expect(profiles.status()?.fault).toBe('the edge does not answer');
    expect(profiles.refusal()).toBeNull();
    for (const wait of [2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      const before = asked.length;
      await settle(wait - 1);
      expect(asked).toHaveLength(before);
      await settle(1);
      expect(asked).toHaveLength(before + 1);
    }
    view = { kind: 'unknown' };
    changed();
    reply = sends(documentOf(5));
    await offer(5);
    expect([applied, profiles.status()?.fault]).toEqual([['5'], null]);
  });

  test('for a fresh one when half of the life of what it holds is over, whatever the edge names', async () => {
    await start();
    reply = sends(documentOf(5));
    await offer(5);
    await settle(14 * day * 1000);
    expect(asked).toHaveLength(1);
    reply = sends(documentOf(5, { iat: Math.floor(clock.now() / 1000) + 2 * day }));
    await settle(2 * day * 1000);
    expect(asked).toHaveLength(2);
    expect(query()).toEqual({ platform: 'linux' });
  });
});

describe('what it holds stays', () => {
  test.each([
    ['an older one', { revision: 4 }, 'it is older (revision 4) than what is held (5)'],
    ['one of another organisation', { organisation: 'Fabrikam' }, 'it is of another organisation (Fabrikam)'],
    ['one for another device', { device: { name: 'desk', id: 2 } }, 'it is for another device (desk)'],
  ])('where the edge sends %s, and the status says why', async (_, change, why) => {
    const profiles = await start();
    reply = sends(documentOf(5));
    await offer(5);
    const kept = readFileSync(file, 'utf8');
    reply = sends(documentOf(9, change));
    await offer(9);
    expect(applied).toEqual(['5']);
    expect(profiles.status()).toMatchObject({
      ...{ document: { revision: 5 }, fault: `the document of the edge is refused: ${why}` },
    });
    expect(profiles.refusal()).toMatch(/refused/);
    expect(readFileSync(file, 'utf8')).toBe(kept);
    // It is asked for again, and taken when it is good.
    reply = sends(documentOf(9));
    await settle(2000);
    expect([applied, profiles.refusal()]).toEqual([['5', '9'], null]);
  });

  test('across a restart, long after its end', async () => {
    await start();
    reply = sends(documentOf(5, { breakGlass: { since: '2026-01-01T00:00:00.000Z' }, profiles: [] }));
    await offer(5);
    stop();
    clock.jump(90 * day * 1000);
    applied = [];
    const again = await open();
    expect(applied).toEqual(['5 break-glass']);
    expect(again.status()?.document).toMatchObject({
      revision: 5,
      breakGlassSince: '2026-01-01T00:00:00.000Z',
    });
  });
});

test.each([
  ['is damaged', '{"version": 1', /cannot be read; remove it/],
  ['is another thing', '{"version": 2}', /organisation-profiles\.json: version/],
  [
    'holds what was not signed',
    '{"version":1,"document":"a.b.c","receivedAt":0}',
    /is not used: it is no signed/,
  ],
])('a kept file that %s is not used, and the edge is asked', async (_, text, fault) => {
  writeFileSync(file, text, { mode: 0o600 });
  const profiles = await start();
  expect(applied).toEqual([]);
  expect([profiles.status()?.fault, profiles.refusal()]).toEqual([
    expect.stringMatching(fault),
    expect.stringMatching(fault),
  ]);
  reply = sends(documentOf(5));
  await offer(5);
  expect([applied, profiles.status()?.fault]).toEqual([['5'], null]);
});

test('what cannot be kept is in force, and is asked for until it is kept', async () => {
  const profiles = await start();
  mkdirSync(file);
  reply = sends(documentOf(5));
  await offer(5);
  expect(applied).toEqual(['5']);
  expect(profiles.status()?.fault).toMatch(/organisation-profiles\.json: cannot be written/);
  rmdirSync(file);
  await settle(2000);
  expect([query(), profiles.status()?.fault]).toEqual([{ platform: 'linux' }, null]);
  expect(statSync(file).size).toBeGreaterThan(0);
});
