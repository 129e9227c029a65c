// Published profiles, assignments and proposals in SQLite.
import { z } from 'zod';
import { type Profile, profileSchema } from '../../../protocol/profile.ts';
import { assignmentTargets } from '../../core/assignment.ts';
import type {
  DistributionStore,
  NumberedAssignment,
  ProfileRevision,
  ProposedProfile,
} from '../distribution-store.ts';
import type { Database } from './database.ts';

/** Of one profile. */
const keptRevisions = 100;

const content = z.string().transform((text, context): Profile => {
  const result = profileSchema.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  context.addIssue({ code: 'custom', message: 'is no profile' });
  return z.NEVER;
});

const revisionRow = z
  .object({
    ...{ revision: z.int(), profile: z.string(), content },
    ...{ published_at: z.string(), who: z.string(), note: z.string() },
  })
  .transform(({ published_at, ...row }): ProfileRevision => ({ ...row, publishedAt: published_at }));

const assignmentRow = z
  .object({
    ...{ number: z.int(), profile: z.string(), target: z.enum(assignmentTargets), name: z.string() },
    ...{ effect: z.enum(['include', 'exclude']), priority: z.int().nullable(), created_at: z.string() },
  })
  .transform(({ created_at, ...row }): NumberedAssignment => ({ ...row, createdAt: created_at }));

const proposalRow = z
  .object({
    ...{ number: z.int(), profile: z.string(), content, base: z.string() },
    ...{ source: z.string(), proposed_at: z.string() },
  })
  .transform(({ proposed_at, ...row }): ProposedProfile => ({ ...row, proposedAt: proposed_at }));

const groupRow = z.object({ name: z.string() });
const platformRow = z.object({ platform: z.string() });
const valueRow = z.object({ value: z.string() });

export function createDistributionStore(database: Database): DistributionStore {
  return {
    ...publishedProfiles(database),
    ...assignments(database),
    ...deviceFacts(database),
    ...switches(database),
    ...proposals(database),
  };
}

function publishedProfiles({
  prepare,
  read,
  transaction,
}: Database): Pick<DistributionStore, 'published' | 'history' | 'revision' | 'publish'> {
  const sql = {
    published: prepare(
      `SELECT * FROM profile_revisions WHERE revision IN
         (SELECT max(revision) FROM profile_revisions GROUP BY profile) ORDER BY profile`,
    ),
    history: prepare('SELECT * FROM profile_revisions WHERE profile = ? ORDER BY revision DESC'),
    revision: prepare('SELECT * FROM profile_revisions WHERE revision = ?'),
    publish: prepare(
      `INSERT INTO profile_revisions (profile, content, published_at, who, note) VALUES (?, ?, ?, ?, ?) RETURNING *`,
    ),
    forget: prepare(
      `DELETE FROM profile_revisions WHERE profile = ?1 AND revision NOT IN
         (SELECT revision FROM profile_revisions WHERE profile = ?1 ORDER BY revision DESC LIMIT ?2)`,
    ),
  };
  return {
    published: () => read(z.array(revisionRow), sql.published.all()),
    history: (profile) => read(z.array(revisionRow), sql.history.all(profile)),
    revision: (revision) => read(revisionRow.nullable(), sql.revision.get(revision) ?? null),
    publish: ({ profile, content: value, publishedAt, who, note }) =>
      transaction(() => {
        const row = sql.publish.get(profile, JSON.stringify(value), publishedAt, who, note);
        sql.forget.run(profile, keptRevisions);
        return read(revisionRow, row);
      }),
  };
}

function assignments({
  prepare,
  read,
}: Database): Pick<DistributionStore, 'assignments' | 'assign' | 'unassign'> {
  const sql = {
    list: prepare('SELECT * FROM assignments ORDER BY number'),
    assign: prepare(
      `INSERT INTO assignments (profile, target, name, effect, priority, created_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (profile, target, name) DO UPDATE SET effect = excluded.effect, priority = excluded.priority
       RETURNING *`,
    ),
    unassign: prepare('DELETE FROM assignments WHERE number = ? RETURNING *'),
  };
  return {
    assignments: () => read(z.array(assignmentRow), sql.list.all()),
    assign: ({ profile, target, name, effect, priority }, at) =>
      read(assignmentRow, sql.assign.get(profile, target, name, effect, priority, at)),
    unassign: (number) => read(assignmentRow.nullable(), sql.unassign.get(number) ?? null),
  };
}

function deviceFacts({
  prepare,
  read,
  transaction,
}: Database): Pick<DistributionStore, 'groups' | 'setGroups' | 'platform' | 'setPlatform'> {
  const sql = {
    groups: prepare('SELECT name FROM device_groups WHERE device = ? ORDER BY name'),
    clear: prepare('DELETE FROM device_groups WHERE device = ?'),
    add: prepare('INSERT OR IGNORE INTO device_groups (device, name) VALUES (?, ?)'),
    platform: prepare('SELECT platform FROM device_platforms WHERE device = ?'),
    setPlatform: prepare(
      `INSERT INTO device_platforms (device, platform) VALUES (?, ?)
       ON CONFLICT (device) DO UPDATE SET platform = excluded.platform`,
    ),
  };
  return {
    groups: (device) => read(z.array(groupRow), sql.groups.all(device)).map(({ name }) => name),
    setGroups: (device, groups) =>
      transaction(() => {
        sql.clear.run(device);
        for (const name of groups) sql.add.run(device, name);
      }),
    platform: (device) => read(platformRow.nullable(), sql.platform.get(device) ?? null)?.platform ?? null,
    setPlatform: (device, platform) => void sql.setPlatform.run(device, platform),
  };
}

function switches({
  prepare,
  read,
}: Database): Pick<
  DistributionStore,
  'breakGlass' | 'setBreakGlass' | 'distributionRevision' | 'raiseRevision'
> {
  const sql = {
    get: prepare('SELECT value FROM settings WHERE key = ?'),
    set: prepare(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ),
    remove: prepare('DELETE FROM settings WHERE key = ?'),
    raise: prepare(
      `INSERT INTO settings (key, value) VALUES ('distribution-revision', ?1)
       ON CONFLICT (key) DO UPDATE
         SET value = CAST(max(CAST(value AS INTEGER) + 1, CAST(?1 AS INTEGER)) AS TEXT) RETURNING value`,
    ),
  };
  const get = (key: string): string | null =>
    read(valueRow.nullable(), sql.get.get(key) ?? null)?.value ?? null;
  return {
    breakGlass: () => get('break-glass'),
    setBreakGlass: (since) => {
      if (since === null) sql.remove.run('break-glass');
      else sql.set.run('break-glass', since);
    },
    distributionRevision: () => Number(get('distribution-revision') ?? 0),
    raiseRevision: (at) => {
      const seconds = Math.floor(Date.parse(at) / 1000);
      return Number(read(valueRow, sql.raise.get(String(seconds))).value);
    },
  };
}

function proposals({
  prepare,
  read,
  transaction,
}: Database): Pick<DistributionStore, 'proposals' | 'propose' | 'withdraw'> {
  const sql = {
    list: prepare('SELECT * FROM profile_proposals ORDER BY number'),
    clear: prepare('DELETE FROM profile_proposals WHERE profile = ?'),
    add: prepare(
      `INSERT INTO profile_proposals (profile, content, base, source, proposed_at) VALUES (?, ?, ?, ?, ?) RETURNING *`,
    ),
    remove: prepare('DELETE FROM profile_proposals WHERE number = ?'),
  };
  return {
    proposals: () => read(z.array(proposalRow), sql.list.all()),
    propose: ({ profile, content: value, base, source, proposedAt }) =>
      transaction(() => {
        sql.clear.run(profile);
        return read(proposalRow, sql.add.get(profile, JSON.stringify(value), base, source, proposedAt));
      }),
    withdraw: (number) => sql.remove.run(number).changes === 1,
  };
}
