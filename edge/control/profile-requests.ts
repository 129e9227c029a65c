// The part of the control socket's table that is about the distribution of profiles.
import { z } from 'zod';
import { assignmentTargets } from '../core/assignment.ts';

const none = z.strictObject({});
/** As in the rest of the table. */
const uid = z.int().nonnegative();
/** Id or name. */
const profile = z.string().min(1).max(256);

const revision = z.object({
  revision: z.int(),
  profile: z.string(),
  version: z.string(),
  publishedAt: z.string(),
  who: z.string(),
  note: z.string(),
});

const assignment = z.object({
  number: z.int(),
  profile: z.string(),
  target: z.enum(assignmentTargets),
  name: z.string(),
  effect: z.enum(['include', 'exclude']),
  priority: z.int().nullable(),
  createdAt: z.string(),
});

const profileSummary = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['enabled', 'disabled']),
  version: z.string(),
  /** Null: as the edge's files have it. */
  revision: z.int().nullable(),
  priority: z.int(),
  policies: z.int(),
  rules: z.int(),
});

/** As `DestinationChange` has it. */
const destinationChange = z.object({
  kind: z.enum(['added', 'removed', 'changed']),
  endpointSetId: z.int().nullable(),
  protocol: z.enum(['tcp', 'udp']),
  destination: z.string(),
  facts: z.record(z.string(), z.string()).optional(),
  fields: z.array(z.object({ field: z.string(), from: z.string(), to: z.string() })).optional(),
});

export const profileMethods = {
  'profiles.list': {
    params: none,
    result: z.object({
      /** Of what is distributed as a whole. */
      revision: z.int(),
      profiles: z.array(profileSummary),
      assignments: z.array(assignment),
      breakGlass: z.object({ since: z.string() }).nullable(),
    }),
  },
  /** A profile as it is in force, or as it was. */
  'profiles.show': {
    params: z.strictObject({ profile, revision: z.int().nullable() }),
    result: z.object({ profile: z.unknown() }),
  },
  /** What a device is told. */
  'profiles.showDevice': {
    params: z.strictObject({ device: z.string().max(256) }),
    result: z.object({
      breakGlass: z.object({ since: z.string() }).nullable(),
      /** Null: nothing is assigned to anybody. */
      profiles: z
        .array(
          z.object({ name: z.string(), title: z.string(), revision: z.int().nullable(), priority: z.int() }),
        )
        .nullable(),
      groups: z.array(z.string()),
    }),
  },
  'profiles.publish': {
    params: z.strictObject({ content: z.unknown(), note: z.string().max(512), uid }),
    result: z.object({ revision }),
  },
  'profiles.history': {
    params: z.strictObject({ profile }),
    result: z.object({ revisions: z.array(revision) }),
  },
  'profiles.rollback': {
    params: z.strictObject({ profile, revision: z.int(), uid }),
    result: z.object({ revision }),
  },
  'profiles.assign': {
    params: z.strictObject({
      profile,
      target: z.enum(assignmentTargets),
      name: z.string().max(256),
      effect: z.enum(['include', 'exclude']),
      priority: z.int().min(0).max(1_000_000).nullable(),
      uid,
    }),
    result: z.object({ assignment }),
  },
  'profiles.unassign': {
    params: z.strictObject({ number: z.int(), uid }),
    result: z.object({ assignment, /** How many are left. */ left: z.int() }),
  },
  'profiles.breakGlass': {
    params: z.strictObject({ on: z.boolean(), uid }),
    result: z.object({ breakGlass: z.object({ since: z.string() }).nullable(), changed: z.boolean() }),
  },
  /** Compares an endpoint list with the running profile; what differs waits for approval. */
  'endpoints.check': {
    params: z.strictObject({
      list: z.unknown(),
      source: z.string().max(512),
      /** Null: the profile for Microsoft 365. */
      profile: profile.nullable(),
      uid,
    }),
    result: z.object({
      profile: z.string(),
      changes: z.array(destinationChange),
      /** The same for people. */
      lines: z.array(z.string()),
      /** Null: nothing would change. */
      number: z.int().nullable(),
    }),
  },
  'endpoints.list': {
    params: none,
    result: z.object({
      waiting: z.array(
        z.object({ number: z.int(), profile: z.string(), source: z.string(), proposedAt: z.string() }),
      ),
    }),
  },
  'endpoints.approve': {
    params: z.strictObject({ number: z.int(), uid }),
    result: z.object({ revision }),
  },
  'devices.groups': {
    /** `groups` null: they stay. */
    params: z.strictObject({
      device: z.string().max(256),
      groups: z.array(z.string()).max(64).nullable(),
      uid,
    }),
    result: z.object({ groups: z.array(z.string()) }),
  },
} as const;
