// Distribution on a real store: what is published and assigned is kept with its audit entry, and devices get what they can verify.
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { exportJWK } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSentDocument } from '../../../../agent/policy/profile-document.ts';
import { type Audit, createAudit } from '../../../../edge/audit.ts';
import type { Assignment, DeviceFacts } from '../../../../edge/core/assignment.ts';
import { createDistribution, type Distribution } from '../../../../edge/distribution/distribution.ts';
import { createForwarding, type Forwarding } from '../../../../edge/forwarding.ts';
import { openSqliteStore } from '../../../../edge/store/sqlite/store.ts';
import type { Store } from '../../../../edge/store/store.ts';
import type { ProfileDocument } from '../../../../protocol/profile-document.ts';
import { exampleProfile } from '../../../support/admin-profile.ts';
import { appProfile } from '../../../support/distribution.ts';
import { createProgramGroup, type ProgramGroup } from '../../../support/processes.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const how = { note: 'from a test', who: 'uid 1', action: 'profiles.publish' } as const;
const all: Assignment = { profile: 'apps', target: 'all', name: '', effect: 'include', priority: null };
let clock: Date;
let group: ProgramGroup;
let store: Store;
let forwarding: Forwarding;
let distribution: Distribution;
let people: DeviceFacts['people'];
let auditFails: boolean;
let changes: number;

beforeEach(() => {
  clock = new Date('2026-06-01T12:00:00.000Z');
  group = createProgramGroup();
  store = openSqliteStore(join(group.folder, 'edge.db'), clock.toISOString());
  [people, auditFails, changes] = [[], false, 0];
  open();
});
afterEach(async () => {
  store.close();
  await group.end();
});

function open(): void {
  const now = () => clock;
  const write = createAudit({ store, now });
  const audit: Audit = (...entry) => {
    if (auditFails) throw new Error('disk full');
    write(...entry);
  };
  const onChange = () => (changes += 1);
  forwarding = createForwarding({ profiles: [exampleProfile], store, audit, now, onChange });
  distribution = createDistribution({
    ...{ store, forwarding, audit, now, onChange, organisation: 'Contoso' },
    key: { kid: 'w-1', privateKey: pair.privateKey },
    peopleAt: () => people,
  });
}

const audited = () => store.audit.latest(20).map(({ action, detail }) => `${action} ${detail}`);
const addDevice = (name: string, profile: string | null = null) =>
  store.devices.add({ name, thumbprint: `t-${name}`, createdAt: '2026', expiresAt: '2027', profile });

async function ask(
  name: string,
  query: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return distribution.answerDevice(`t-${name}`, new URLSearchParams(query));
}

async function documentOf(name: string, query?: Record<string, string>): Promise<ProfileDocument> {
  const { status, body } = await ask(name, query);
  expect(status).toBe(200);
  const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'w-1', alg: 'ES256' }];
  const expected = { keys: { keys }, organisation: 'Contoso', device: name };
  const reading = await readSentDocument(body, expected, null, clock.getTime());
  if (reading.kind === 'refused') throw new Error(reading.why);
  return reading.document;
}

describe('publishing', () => {
  test('is in force at once, at the next start too, and every revision can be had again', () => {
    distribution.publishing.publish(appProfile('Apps', ['app.contoso.test']), how);
    const next = appProfile('Apps', ['app.contoso.test'], { version: '2' });
    distribution.publishing.publish(next, how);
    expect(forwarding.profiles().map(({ id, version }) => `${id} ${version}`)).toEqual([
      'contoso-traffic 1.0.0',
      'apps 2',
    ]);
    open();
    expect(distribution.publishing.revisions()).toEqual(new Map([['apps', 2]]));
    distribution.publishing.rollback('Apps', 1, 'uid 1');
    expect(forwarding.profiles()[1]?.version).toBe('1');
    expect(distribution.publishing.history('apps').map(({ revision, note }) => [revision, note])).toEqual([
      [3, 'as revision 1'],
      [2, 'from a test'],
      [1, 'from a test'],
    ]);
    expect(audited()).toEqual([
      'profiles.rollback apps revision 3: as revision 1',
      'profiles.publish apps revision 2: from a test',
      'profiles.publish apps revision 1: from a test',
    ]);
  });

  test("over a file's profile keeps a way back to what the file said, and what was switched", () => {
    forwarding.setPolicyState('contoso-traffic', 'contoso-traffic.teams', 'disabled', 'uid 1');
    distribution.publishing.publish({ ...exampleProfile, version: '2' }, how);
    expect(forwarding.profiles()[0]).toMatchObject({ version: '2', policies: [{}, { state: 'disabled' }] });
    expect(distribution.publishing.history('contoso-traffic').map(({ note }) => note)).toEqual([
      'from a test',
      'as in its file',
    ]);
    distribution.publishing.rollback('contoso-traffic', 1, 'uid 1');
    expect(forwarding.profiles()[0]).toMatchObject({
      version: '1.0.0',
      policies: [{}, { state: 'disabled' }],
    });
  });

  test.each([
    [{ ...exampleProfile, policies: [{ name: '' }] }, 'bad-profile', /^profile: policies\[0\]\.name/],
    [{ ...exampleProfile, id: 'other' }, 'conflict', /belongs to the profile contoso-traffic$/],
    [
      { ...exampleProfile, name: 'Other', id: 'contoso-traffic' },
      'conflict',
      /is called Contoso traffic here/,
    ],
    [{ ...exampleProfile, description: 'x'.repeat(600_000) }, 'bad-profile', /bytes, more than/],
  ])('what is wrong or collides changes nothing', (content, code, message) => {
    const publish = () => distribution.publishing.publish(content, how);
    expect(publish).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
    expect([forwarding.profiles().length, changes, audited()]).toEqual([1, 0, []]);
  });

  test('and its audit entry are one: where that cannot be written, nothing is published', async () => {
    addDevice('laptop');
    const revision = distribution.revision();
    auditFails = true;
    const profile = appProfile('Apps', ['app.contoso.test']);
    expect(() => distribution.publishing.publish(profile, how)).toThrow('disk full');
    expect(() => distribution.assigning.assign({ ...all, profile: 'contoso-traffic' }, 'uid 1')).toThrow(
      'disk full',
    );
    expect(() => distribution.assigning.setBreakGlass(true, 'uid 1')).toThrow('disk full');
    expect(store.distribution.published()).toEqual([]);
    expect([changes, distribution.revision()]).toEqual([0, revision]);
    expect(await documentOf('laptop')).toMatchObject({ profiles: null, breakGlass: null });
  });
});

test('assignments, groups and the switch are written down, each with who and what', () => {
  addDevice('laptop');
  distribution.publishing.publish(appProfile('Apps', ['app.contoso.test']), how);
  distribution.assigning.assign({ ...all, profile: 'Apps', priority: 5 }, 'uid 1');
  distribution.assigning.assign({ ...all, effect: 'exclude' }, 'uid 1');
  distribution.assigning.setGroups('laptop', ['testers'], 'uid 1');
  distribution.assigning.unassign(1, 'uid 1');
  expect(distribution.assigning.setBreakGlass(true, 'uid 2')).toBe(true);
  expect(distribution.assigning.setBreakGlass(true, 'uid 2')).toBe(false);
  distribution.assigning.setBreakGlass(false, 'uid 2');
  expect(audited().slice(0, -1)).toEqual([
    'breakGlass.off all profiles of all devices',
    'breakGlass.on all profiles of all devices',
    'profiles.unassign 1: apps not to all',
    'devices.groups laptop: testers',
    'profiles.assign 1: apps not to all',
    'profiles.assign 1: apps to all, priority 5',
  ]);
  const { assigning } = distribution;
  expect(() => assigning.unassign(1, 'uid 1')).toThrow('there is no assignment 1');
  expect(() => assigning.assign({ ...all, profile: 'gone' }, 'uid 1')).toThrow('there is no profile gone');
  expect(() => assigning.assign({ ...all, target: 'device', name: 'x' }, 'uid 1')).toThrow(
    'no device named x',
  );
  expect(() => assigning.assign({ ...all, target: 'platform', name: 'x' }, 'uid 1')).toThrow(
    'is no platform',
  );
  expect(() => assigning.setGroups('laptop', ['a\nb'], 'uid 1')).toThrow('cannot be a group');
});

describe('a device that asks', () => {
  beforeEach(() => {
    addDevice('laptop');
    distribution.publishing.publish(appProfile('Apps', ['app.contoso.test']), how);
  });

  test('gets a document that it can verify, and once more only when it says something else', async () => {
    distribution.assigning.assign(all, 'uid 1');
    const first = await documentOf('laptop', { platform: 'linux' });
    expect(first).toMatchObject({ device: { name: 'laptop' }, profiles: [{ name: 'apps', revision: 1 }] });
    expect(await ask('laptop', { platform: 'linux', have: first.tag })).toMatchObject({
      status: 304,
      body: '',
    });
    // Another profile is no matter of this device.
    distribution.publishing.publish(appProfile('Lab', ['lab.contoso.test']), how);
    expect((await ask('laptop', { have: first.tag })).status).toBe(304);
    distribution.publishing.publish(appProfile('Apps', ['other.contoso.test']), how);
    const second = await documentOf('laptop', { have: first.tag });
    expect(second.revision).toBeGreaterThan(first.revision);
    forwarding.setProfileState('apps', 'disabled', 'uid 1');
    expect((await documentOf('laptop', { have: second.tag })).profiles?.[0]?.profile.state).toBe('disabled');
  });

  test('is known by what it says it runs on, from then on', async () => {
    distribution.assigning.assign({ ...all, target: 'platform', name: 'macos' }, 'uid 1');
    expect((await documentOf('laptop')).profiles).toEqual([]);
    expect((await documentOf('laptop', { platform: 'macos' })).profiles).toHaveLength(1);
    expect(distribution.shownFor('laptop').profiles).toHaveLength(1);
    for (const query of [{ platform: 'amiga' }, { have: 'x' }, { have: "'; DROP TABLE devices" }]) {
      expect((await ask('laptop', query as Record<string, string>)).status).toBe(400);
    }
  });

  test('gets what is assigned to its groups, its person and the profile of its invitation', async () => {
    distribution.assigning.assign({ ...all, target: 'group', name: 'testers' }, 'uid 1');
    expect((await documentOf('laptop')).profiles).toEqual([]);
    const issuer = 'https://login.contoso.test';
    people = [{ issuer, subject: 's-1', name: 'Ada', groups: ['testers'] }];
    expect((await documentOf('laptop')).profiles).toHaveLength(1);
    people = [];
    distribution.assigning.setGroups('laptop', ['testers'], 'uid 1');
    expect((await documentOf('laptop')).profiles).toHaveLength(1);
    addDevice('bound', 'Contoso traffic');
    expect((await documentOf('bound')).profiles?.map(({ name }) => name)).toEqual(['contoso-traffic']);
  });

  test('is told nothing but the switch while it is on', async () => {
    distribution.assigning.assign(all, 'uid 1');
    const before = await documentOf('laptop');
    distribution.assigning.setBreakGlass(true, 'uid 1');
    expect(await documentOf('laptop', { have: before.tag })).toMatchObject({
      ...{ breakGlass: { since: clock.toISOString() }, profiles: [] },
    });
    distribution.assigning.setBreakGlass(false, 'uid 1');
    // What it held before it is what holds after it: the same words under a later revision.
    const after = await documentOf('laptop');
    expect([after.tag, after.profiles]).toEqual([before.tag, before.profiles]);
    expect(after.revision).toBeGreaterThan(before.revision);
  });
});

test('revisions rise with every change, and with the time: a store that came back from a backup is not behind', () => {
  const seconds = () => Math.floor(clock.getTime() / 1000);
  distribution.publishing.publish(appProfile('Apps', ['app.contoso.test']), how);
  expect(distribution.revision()).toBe(seconds());
  distribution.assigning.assign(all, 'uid 1');
  expect(distribution.revision()).toBe(seconds() + 1);
  clock = new Date(clock.getTime() - 3_600_000);
  distribution.assigning.unassign(1, 'uid 1');
  expect(distribution.revision()).toBe(seconds() + 3602);
  clock = new Date(clock.getTime() + 86_400_000);
  distribution.assigning.assign(all, 'uid 1');
  expect(distribution.revision()).toBe(seconds());
});
