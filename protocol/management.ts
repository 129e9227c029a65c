// The management socket: one table of requests, answers and events between the agent and its windows and commands.
import { z } from 'zod';
import { errorCodes } from './error.ts';
import { flowRecord } from './flow-record.ts';
import { hostnameRecord } from './hostname-record.ts';
import { healthQuestion, healthReport, sessionExpectation } from './health-report.ts';
import { knownProfile, knownProgramRules } from './known-profile.ts';
import { languages } from './language.ts';
import { policyAnswer, policyQuestion } from './policy-test.ts';
import { locationSource } from './location-verdict.ts';
import { logBundle, logBundlePart, logPreview } from './log-bundle.ts';
import { closeOutcome, connectionEnds, olderConnections } from './older-connection.ts';
import { namedLocation, namedLocationList } from './named-location.ts';
import { seenAsReport } from './seen-as-report.ts';
import { statusSchema } from './status.ts';

/** Grows when a change would mislead an older peer. Both ends say theirs in the hello and refuse another. */
export const managementVersion = 1;

/** The largest message in bytes, either way. */
export const managementMaxMessage = 8 * 1024 * 1024;

const none = z.strictObject({});

/** A destination as a person types it; empty: the whole list. */
const asked = z.strictObject({ destinations: z.array(z.string().max(300)).max(100) });

/** The named locations that the agent knows, and where it keeps those that were imported. */
const knownLocations = z.object({
  stateDir: z.string(),
  locations: z.array(z.object({ source: locationSource, location: namedLocation })),
  importedAt: z.iso.datetime().nullable(),
  /** Why the stored list is not used. */
  fault: z.string().nullable(),
});
export type KnownLocations = z.infer<typeof knownLocations>;

/** Every method with its parameters and result. Whoever holds the key file may call each. */
export const managementMethods = {
  'status.get': { params: none, result: statusSchema },
  /** Answers the present status; every later one comes as a `status` event. */
  'status.subscribe': { params: none, result: statusSchema },
  connect: { params: none, result: statusSchema },
  disconnect: { params: none, result: statusSchema },
  pause: {
    params: z.strictObject({ minutes: z.int().min(1).max(1440) }),
    result: statusSchema,
  },
  resume: { params: none, result: statusSchema },
  /** Every profile, in the order in which they are asked, and the folder that they are kept in. */
  'profile.list': {
    params: none,
    result: z.object({
      stateDir: z.string(),
      profiles: z.array(knownProfile),
      programRules: knownProgramRules,
    }),
  },
  'profile.set': {
    params: z.strictObject({ name: z.string(), enabled: z.boolean() }),
    result: statusSchema,
  },
  /** Puts a canonical profile in force, under the name of its file, and keeps it for the next start. */
  'profile.apply': {
    params: z.strictObject({ name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/), profile: z.unknown() }),
    result: statusSchema,
  },
  /**
   * Begins a sign-in of the person; one under way ends. The agent opens no browser: that is for who asks.
   *
   * @throws `not-found` where the edge has no such issuer, `edge-unreachable`, `upstream-failed`
   */
  'person.sign-in': {
    params: z.strictObject({
      how: z.enum(['browser', 'device-code']),
      /** The account of who asks: its flows will be the person's. */
      uid: z.int().min(0).nullable(),
      issuer: z.string().max(512).nullable(),
    }),
    result: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('browser'), url: z.url() }),
      z.object({
        kind: z.literal('device-code'),
        code: z.string(),
        address: z.string(),
        expiresInS: z.number(),
      }),
    ]),
  },
  /** What has become of the last sign-in; comes within 10 s. */
  'person.progress': {
    params: none,
    result: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('waiting') }),
      z.object({ kind: z.literal('signed-in'), name: z.string() }),
      z.object({ kind: z.literal('failed'), cause: z.string() }),
    ]),
  },
  'person.sign-out': { params: none, result: statusSchema },
  'egress.refresh': { params: none, result: statusSchema },
  /** Which address each destination will see. @throws `bad-usage` for one that is no destination */
  'seen-as.get': { params: asked, result: seenAsReport },
  /** The same, after the reflection services that are configured for them were asked. */
  'seen-as.verify': { params: asked, result: seenAsReport },
  'locations.list': { params: none, result: knownLocations },
  /** In place of what was imported before. */
  'locations.import': { params: z.strictObject({ locations: namedLocationList }), result: knownLocations },
  /** Forgets every imported location of that name. @throws `not-found` */
  'locations.remove': { params: z.strictObject({ name: z.string().max(256) }), result: knownLocations },
  'locations.clear': { params: none, result: knownLocations },
  /** Measures; comes within 10 s. The checks that only a program of the person can make are its to add. */
  'health.get': {
    params: healthQuestion,
    result: z.object({ report: healthReport, session: sessionExpectation }),
  },
  'flows.list': {
    params: z.strictObject({ limit: z.int().min(1).max(10_000) }),
    result: z.object({ flows: z.array(flowRecord) }),
  },
  /** Every record, then each that is new or changed, come as `flows` events, until `flows.unsubscribe`. Again: from the start. */
  'flows.subscribe': { params: none, result: none },
  'flows.unsubscribe': { params: none, result: none },
  /** What would become of a flow there at this moment, and why. @throws `bad-usage` for what is no destination */
  'policy.test': { params: policyQuestion, result: policyAnswer },
  'hostnames.list': {
    params: z.strictObject({ limit: z.int().min(1).max(10_000) }),
    result: z.object({
      /** Whether names come to the agent at all: DNS is captured with the transparent capture, and by a proxy never. */
      acquiring: z.boolean(),
      hostnames: z.array(hostnameRecord),
    }),
  },
  'hostnames.clear': { params: none, result: none },
  /** Open connections of programs that go past the agent although new ones to there would not. */
  'connections.older': { params: none, result: olderConnections },
  /** Closes those of them that are named. @throws `access-denied` or `not-found`, saying what is missing */
  'connections.close': {
    params: z.strictObject({ connections: z.array(connectionEnds).max(10_000) }),
    result: z.object({ outcomes: z.array(closeOutcome) }),
  },
  /** What a log bundle would hold, with what its redaction hides. Measures health, as does `logs.collect`. */
  'logs.preview': { params: none, result: logPreview },
  /** A log bundle that fits one message; `parts` absent: all of them. */
  'logs.collect': {
    params: z.strictObject({ redact: z.boolean(), parts: z.array(logBundlePart).min(1).max(20).optional() }),
    result: logBundle,
  },
} as const;

export type ManagementMethod = keyof typeof managementMethods;
export type ManagementParams<M extends ManagementMethod> = z.input<(typeof managementMethods)[M]['params']>;
export type ManagementResult<M extends ManagementMethod> = z.output<(typeof managementMethods)[M]['result']>;

/** First message of each end. `nonce` is 32 random bytes, base64url. */
export const hello = z.object({
  type: z.literal('hello'),
  version: z.int(),
  program: z.string().max(64),
  nonce: z.base64url().length(43),
  /** Of a client: the language that the agent is to answer in. One that it does not speak is answered in English. */
  language: z.enum(languages).optional().catch(undefined),
});
/** Second message of each end: the proof that it holds the key file. The server proves first. */
export const proof = z.object({ type: z.literal('proof'), mac: z.base64url().length(43) });

export const request = z.object({
  type: z.literal('request'),
  id: z.int(),
  method: z.string().max(64),
  params: z.unknown(),
});

export const serverMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id: z.int(), result: z.unknown() }),
  z.object({
    type: z.literal('error'),
    id: z.int(),
    code: z.enum(Object.keys(errorCodes) as [keyof typeof errorCodes]),
    message: z.string(),
  }),
  z.discriminatedUnion('event', [
    z.object({ type: z.literal('event'), event: z.literal('status'), status: statusSchema }),
    /** At most four a second for each client. */
    z.object({ type: z.literal('event'), event: z.literal('flows'), flows: z.array(flowRecord) }),
  ]),
]);
