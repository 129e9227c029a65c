// Invitations and renewals on a real store: what each is good for, once, and what is refused with nothing changed.
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { certificateRequest, makeDeviceKey } from '../../../../agent/enrollment/key-request.ts';
import { createAudit } from '../../../../edge/audit.ts';
import { createEnroller } from '../../../../edge/enrollment/enroller.ts';
import { createIssuing } from '../../../../edge/enrollment/issuing.ts';
import { createInviting, type InvitationWish } from '../../../../edge/enrollment/inviting.ts';
import { createRenewer } from '../../../../edge/enrollment/renewer.ts';
import { createAuthority, type Credential } from '../../../../edge/identity/pki.ts';
import { openSqliteStore } from '../../../../edge/store/sqlite/store.ts';
import type { Store } from '../../../../edge/store/store.ts';
import { parseOneTime } from '../../../support/one-time-invitation.ts';
import { address } from '../../../support/observations.ts';
import { createProgramGroup, type ProgramGroup } from '../../../support/processes.ts';

const hour = 3_600_000;
const began = new Date('2026-06-01T12:00:00.000Z');
const peer = address('198.51.100.7');
let authority: Credential;
let requests: string[];
let group: ProgramGroup;
let store: Store;
let now: Date;

beforeAll(async () => {
  authority = await createAuthority('Contoso', began);
  requests = await Promise.all([0, 1].map(async () => certificateRequest(await makeDeviceKey())));
});
beforeEach(() => {
  group = createProgramGroup();
  now = began;
  store = openSqliteStore(join(group.folder, 'edge.db'), now.toISOString());
});
afterEach(async () => {
  store.close();
  await group.end();
});

const clock = (): Date => now;

function issuing() {
  return createIssuing({
    ...{ organisation: 'Contoso', lifetimeMs: 24 * hour, now: clock },
    issuing: () => ({ authority, jwks: { keys: [] } }),
    endpoints: () => ({
      edges: [{ url: 'https://edge.contoso.test:8443' }],
      witness: { ipv4: null, ipv6: null },
    }),
  });
}

function enroller() {
  return createEnroller({
    ...{ store, organisation: 'Contoso', now: clock, issuing: issuing(), signIn: null },
    authority: () => authority.certificate,
    audit: createAudit({ store, now: clock }),
  });
}

function renewer() {
  return createRenewer(store, createAudit({ store, now: clock }), issuing(), clock);
}

function inviting() {
  return createInviting({
    ...{ store, now: clock, audit: createAudit({ store, now: clock }) },
    authority: () => authority.certificate,
    enrollmentAt: () => ({ url: 'https://edge.contoso.test:8444' }),
    profileNames: () => ['Contoso apps'],
    isOpen: false,
  });
}

function invited(wish: Partial<InvitationWish> = {}): string {
  const whole = { device: null, profile: null, lifetimeMs: 24 * hour, ...wish };
  return parseOneTime(inviting().invite(whole, 'uid 1000').text).secret;
}

function asking(secret: string, request = requests[0] ?? '', name = 'laptop') {
  return { version: 1 as const, secret, request, device: { name, system: 'linux\n6', agent: '0.1.0' } };
}

const trail = () => store.audit.latest(100).map(({ who, action, detail }) => `${who} ${action} ${detail}`);

describe('an invitation', () => {
  test('makes a device, whose name and profile it says, whatever the device calls itself', async () => {
    const secret = invited({ device: 'laptop-7', profile: 'Contoso apps' });
    const outcome = await enroller().enroll(asking(secret, requests[0], 'administrator'), peer);
    if (outcome.kind !== 'done') throw new Error(outcome.message);
    const certificate = new X509Certificate(outcome.answer.certificate);
    expect(certificate.subject).toBe('O=Contoso\nCN=laptop-7');
    expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect(certificate.validToDate.getTime() - began.getTime()).toBe(24 * hour);
    expect(outcome.answer.bundle).toMatchObject({ device: 'laptop-7', organisation: 'Contoso' });
    const [device] = store.devices.list();
    expect(device).toMatchObject({ name: 'laptop-7', profile: 'Contoso apps', revokedAt: null });
    expect(trail()[0]).toBe(
      `198.51.100.7 devices.enroll laptop-7 ${device?.thumbprint ?? ''} by invitation 1, linux\\u000a6, 0.1.0`,
    );
  });

  test('is used up by whoever comes first', async () => {
    const secret = invited();
    const e = enroller();
    expect((await e.enroll(asking(secret), peer)).kind).toBe('done');
    expect(await e.enroll(asking(secret, requests[1], 'other'), peer)).toMatchObject({
      kind: 'refused',
      error: 'invitation-refused',
    });
    expect(store.devices.list()).toHaveLength(1);
  });

  test('gives the same certificate again to the key it was used with, as long as it would be good', async () => {
    const secret = invited();
    const first = await enroller().enroll(asking(secret), peer);
    expect(await enroller().enroll(asking(secret), peer)).toEqual(first);
    expect(store.devices.list()).toHaveLength(1);
    store.devices.revoke('laptop', now.toISOString());
    expect(await enroller().enroll(asking(secret), peer)).toMatchObject({ error: 'invitation-refused' });
    now = new Date(began.getTime() + 25 * hour);
    expect(await enroller().enroll(asking(secret), peer)).toMatchObject({ error: 'invitation-refused' });
  });

  test('that is unknown, used, revoked or expired is refused alike, and only the audit log knows why', async () => {
    const used = invited();
    await enroller().enroll(asking(used), peer);
    const revoked = invited();
    inviting().revokeInvitation(2, 'uid 1000');
    const expired = invited({ lifetimeMs: hour });
    now = new Date(began.getTime() + hour);
    const answers = [];
    for (const secret of ['unknown', used, revoked, expired]) {
      answers.push(await enroller().enroll(asking(secret, requests[1], 'other'), peer));
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ kind: 'refused', error: 'invitation-refused' });
    expect(store.devices.list()).toHaveLength(1);
    expect(
      trail()
        .slice(0, 4)
        .map((line) => line.replace('198.51.100.7 enrollment.refuse ', '')),
    ).toEqual([
      'invitation 3 has expired',
      'invitation 2 was revoked',
      'invitation 1 was used before, with another key',
      'an unknown invitation',
    ]);
  });

  test('is not used up by a request that breaks a rule, nor by a name that is taken', async () => {
    const secret = invited();
    store.devices.add({ name: 'laptop', thumbprint: 'A', createdAt: 'x', expiresAt: 'x' });
    expect(await enroller().enroll(asking(secret, 'garbage'), peer)).toMatchObject({
      error: 'bad-certificate-request',
      message: expect.stringMatching(/cannot be read/) as string,
    });
    expect(await enroller().enroll(asking(secret), peer)).toMatchObject({
      error: 'name-taken',
      message: 'a device named laptop exists: choose another with --name, or have that one revoked',
    });
    expect(trail().slice(0, 2)).toEqual([
      '198.51.100.7 enrollment.refuse invitation 1: a device named laptop exists',
      expect.stringMatching(/invitation 1: its certificate request cannot be read/),
    ]);
    expect((await enroller().enroll(asking(secret, requests[0], 'laptop-2'), peer)).kind).toBe('done');
  });

  test('is found by none who guesses: too many wrong ones are not even looked at', async () => {
    const e = enroller();
    const secret = invited();
    for (let i = 0; i < 10; i++) await e.enroll(asking(`wrong ${i}`), peer);
    expect(await e.enroll(asking(secret), peer)).toMatchObject({ error: 'too-many-attempts' });
    expect((await e.enroll(asking(secret), address('198.51.100.8'))).kind).toBe('done');
    now = new Date(began.getTime() + 31_000);
    await e.enroll(asking('wrong'), peer);
    expect(trail()[0]).toMatch(/an unknown invitation, and 1 more that were not written down$/);
  });

  test('leaves no trace of its secret in the store', async () => {
    const secret = invited();
    await enroller().enroll(asking(secret), peer);
    expect(JSON.stringify([store.invitations.list(), store.audit.latest(100)])).not.toContain(secret);
  });
});

describe('inviting', () => {
  test.each([
    [{ device: 'a b' }, 'bad-usage', /the name of the device/],
    [{ lifetimeMs: 59_999 }, 'bad-usage', /from 1m to 30d/],
    [{ lifetimeMs: 31 * 24 * hour }, 'bad-usage', /from 1m to 30d/],
    [
      { profile: 'Fabrikam' },
      'not-found',
      /no profile named "Fabrikam" at this edge; there are: Contoso apps/,
    ],
    [{ device: 'taken' }, 'already-exists', /a device named taken exists/],
  ])('%j is refused', (wish, code, message) => {
    store.devices.add({ name: 'taken', thumbprint: 'A', createdAt: 'x', expiresAt: 'x' });
    const refused = () => invited(wish);
    expect(refused).toThrow(message);
    expect(refused).toThrow(expect.objectContaining({ code }) as Error);
    expect(store.invitations.list()).toEqual([]);
  });

  test('taking back leaves a trace, and needs an invitation that could be used', () => {
    invited();
    expect(inviting().revokeInvitation(1, 'uid 1000').revokedAt).toBe(began.toISOString());
    expect(() => inviting().revokeInvitation(1, 'uid 1000')).toThrow(/no unused invitation 1/);
    expect(trail()).toEqual([
      expect.stringMatching(/^uid 1000 invitations\.revoke invitation 1/),
      expect.stringMatching(/^uid 1000 invitations\.add invitation 1 until 2026-06-02T12:00/),
    ]);
  });
});

describe('renewal', () => {
  const enrolled = async (): Promise<string> => {
    await enroller().enroll(asking(invited()), peer);
    return store.devices.list()[0]?.thumbprint ?? '';
  };

  test('gives one more certificate, and the same one to the same key', async () => {
    const before = await enrolled();
    now = new Date(began.getTime() + 16 * hour);
    const e = renewer();
    const first = e.renew(before, requests[1] ?? '');
    if (first.kind !== 'done') throw new Error(first.message);
    expect(e.renew(before, requests[1] ?? '')).toEqual(first);
    const { id } = store.devices.byThumbprint(before) ?? { id: 0 };
    expect(store.devices.thumbprints(id)).toHaveLength(2);
    expect(store.devices.list()).toMatchObject([{ id, name: 'laptop', createdAt: began.toISOString() }]);
    expect(trail()[0]).toMatch(/^device laptop devices\.renew laptop /);
  });

  test('of a request that breaks a rule is refused', async () => {
    expect(renewer().renew(await enrolled(), 'garbage')).toMatchObject({ error: 'bad-certificate-request' });
    expect(trail()[0]).toMatch(/^device laptop enrollment\.refuse renewal: its certificate request/);
  });
});
