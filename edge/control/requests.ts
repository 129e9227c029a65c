// The control socket: one table of requests and answers between a running edge and the commands that act on it.
import { z } from 'zod';
import { errorCodes } from '../../protocol/error.ts';
import { person } from '../../protocol/person.ts';
import { administratorRoles } from '../core/admin-access.ts';
import { profileMethods } from './profile-requests.ts';

/** Grows when a change would mislead an older peer; the edge refuses another version. */
export const controlVersion = 1;
/** The largest message in bytes, either way: a list of ten thousand devices fits. */
export const controlMaxMessage = 4 * 1024 * 1024;

/** Of a certificate in PEM: one with a key of 8192 bits and a hundred names has some 8000. */
export const mostCertificateCharacters = 16_384;

const none = z.strictObject({});
/** The caller's user id, for the audit log. The socket's rights, not this, decide who may call. */
const uid = z.int().nonnegative();

const device = z.object({
  name: z.string(),
  thumbprint: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
  id: z.int(),
  profile: z.string().nullable(),
  /** Who enrolled it by signing in. */
  owner: person.nullable(),
});

const invitation = z.object({
  id: z.int(),
  device: z.string().nullable(),
  profile: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
  redeemedAt: z.string().nullable(),
  deviceId: z.int().nullable(),
});

const signaling = z.object({ status: z.enum(['enabled', 'disabled']), since: z.string() });
/** An access policy that uses a named location of this edge. */
const locationPolicy = z.object({ policy: z.string(), location: z.string() });
/** Without its token. */
const administrator = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(administratorRoles),
  proof: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('token') }),
    z.object({ kind: z.literal('certificate'), thumbprint: z.string() }),
  ]),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
});
const newAdministrator = z.strictObject({
  name: z.string().nullable(),
  role: z.enum(administratorRoles),
  lifetimeMs: z.int().positive(),
  uid,
});
const listener = z.object({ address: z.string(), port: z.int() });

export const controlMethods = {
  'edge.status': {
    params: none,
    result: z.object({
      name: z.string(),
      pid: z.int(),
      startedAt: z.string(),
      tunnel: z.array(listener),
      /** Null: the administration API does not listen. */
      administration: listener.nullable(),
      /** Null: devices cannot enrol themselves. */
      enrollment: listener.nullable(),
      revision: z.int(),
    }),
  },
  'devices.add': {
    params: z.strictObject({ name: z.string(), uid }),
    /** The device's files by their names, its private key among them. The edge keeps no copy of the key. */
    result: z.object({ device, files: z.record(z.string(), z.string()) }),
  },
  'devices.list': { params: none, result: z.object({ devices: z.array(device) }) },
  'devices.revoke': { params: z.strictObject({ name: z.string(), uid }), result: z.object({ device }) },
  'administrators.add': {
    params: newAdministrator,
    /** The token is in this answer and nowhere else. */
    result: z.object({ administrator, token: z.string() }),
  },
  'administrators.addCertificate': {
    /** PEM. The key stays where it is. */
    params: newAdministrator.extend({ certificate: z.string().max(mostCertificateCharacters) }),
    result: z.object({ administrator }),
  },
  'administrators.list': { params: none, result: z.object({ administrators: z.array(administrator) }) },
  'administrators.revoke': {
    params: z.strictObject({ name: z.string(), uid }),
    result: z.object({ administrator }),
  },
  'invitations.add': {
    params: z.strictObject({
      device: z.string().nullable(),
      profile: z.string().nullable(),
      lifetimeMs: z.int().positive(),
      uid,
    }),
    /** The text to hand over; the edge keeps no copy of the secret in it. */
    result: z.object({ invitation, text: z.string() }),
  },
  /** The text by which people enrol devices by signing in; it is no secret. */
  'invitations.open': { params: none, result: z.object({ text: z.string() }) },
  'invitations.list': { params: none, result: z.object({ invitations: z.array(invitation) }) },
  'invitations.revoke': { params: z.strictObject({ id: z.int(), uid }), result: z.object({ invitation }) },
  'signaling.get': {
    params: none,
    result: z.object({
      signaling,
      locationPolicies: z.array(locationPolicy),
      /** Statements of the witness that did not count, by reason, since the edge started. */
      attestationFaults: z.record(z.string(), z.int()),
    }),
  },
  'signaling.set': {
    params: z.strictObject({ status: z.enum(['enabled', 'disabled']), confirm: z.boolean(), uid }),
    result: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('switched'), signaling, changed: z.boolean() }),
      /** Nothing was changed: these policies would judge the edge's address from then on. */
      z.object({
        kind: z.literal('conflict'),
        code: z.literal('locationPoliciesRegistered'),
        locationPolicies: z.array(locationPolicy),
      }),
    ]),
  },
  ...profileMethods,
} as const;

export type ControlMethod = keyof typeof controlMethods;
export type ControlParams<M extends ControlMethod> = z.output<(typeof controlMethods)[M]['params']>;
export type ControlResult<M extends ControlMethod> = z.output<(typeof controlMethods)[M]['result']>;
/** How the running edge stands. */
export type EdgeStatus = ControlResult<'edge.status'>;
export type LocationPolicy = z.infer<typeof locationPolicy>;

/** What an edge does at each request. An OpenGsaError that is thrown reaches the caller with its code and message. */
export type ControlHandlers = {
  readonly [M in ControlMethod]: (params: ControlParams<M>) => ControlResult<M> | Promise<ControlResult<M>>;
};

export const controlRequest = z.object({
  version: z.int(),
  id: z.int(),
  method: z.string().max(64),
  params: z.unknown(),
});

export const controlReply = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id: z.int(), result: z.unknown() }),
  z.object({
    type: z.literal('error'),
    id: z.int(),
    code: z.enum(Object.keys(errorCodes) as [keyof typeof errorCodes]),
    message: z.string(),
  }),
]);
