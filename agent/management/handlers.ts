// What the agent does for each request on the management socket: one function per method.
import type { z } from 'zod';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import type { HealthCheckId } from '../../protocol/health-checks.ts';
import type { Language } from '../../protocol/language.ts';
import type {
  KnownLocations,
  managementMethods,
  ManagementMethod,
  ManagementResult,
} from '../../protocol/management.ts';
import {
  type LogBundle,
  type LogBundlePart,
  logBundlePartNames,
  type LogPreview,
} from '../../protocol/log-bundle.ts';
import type { NamedLocation } from '../../protocol/named-location.ts';
import type { CloseOutcome, ConnectionEnds, OlderConnections } from '../../protocol/older-connection.ts';
import type { PolicyAnswer } from '../../protocol/policy-test.ts';
import type { SeenAsReport } from '../../protocol/seen-as-report.ts';
import type { Status } from '../../protocol/status.ts';
import type { WordedStatus } from '../core/status.ts';

type Params<M extends ManagementMethod> = z.output<(typeof managementMethods)[M]['params']>;

/** `language`: of the client, for what is said to the person. */
export type Handlers = {
  readonly [M in ManagementMethod]: (
    params: Params<M>,
    language: Language,
  ) => ManagementResult<M> | Promise<ManagementResult<M>>;
};

/** Predictions, and the named locations that they are judged by. */
export type SeenAsControl = {
  /** @throws OpenGsaError `bad-usage` for what is no destination */
  readonly seenAs: (destinations: readonly string[], language: Language) => SeenAsReport;
  readonly verifySeenAs: (destinations: readonly string[], language: Language) => Promise<SeenAsReport>;
  readonly locations: () => KnownLocations;
  readonly importLocations: (locations: readonly NamedLocation[]) => Promise<void>;
  readonly removeLocation: (name: string) => Promise<void>;
  readonly clearLocations: () => Promise<void>;
};

/** Connections that go past the agent. */
export type OlderControl = {
  readonly olderConnections: () => Promise<OlderConnections>;
  /** @throws OpenGsaError `access-denied` or `not-found`, saying what is missing */
  readonly closeConnections: (connections: readonly ConnectionEnds[]) => Promise<readonly CloseOutcome[]>;
};

/** Log bundles. */
export type LogControl = {
  readonly previewLogs: (language: Language) => Promise<LogPreview>;
  /** It fits one message; what cannot be had, or does not fit, is told in it. */
  readonly collectLogs: (
    wish: { readonly redact: boolean; readonly parts: readonly LogBundlePart[] },
    language: Language,
  ) => Promise<LogBundle>;
};

/** What the agent lets its windows and commands do. Each change resolves when it is in force and stored. */
export type AgentControl = SeenAsControl &
  OlderControl &
  LogControl & {
    readonly status: WordedStatus;
    readonly connect: () => Promise<void>;
    readonly disconnect: () => Promise<void>;
    readonly pause: (minutes: number) => Promise<void>;
    readonly resume: () => Promise<void>;
    readonly profiles: (language: Language) => ManagementResult<'profile.list'>;
    readonly setProfile: (name: string, enabled: boolean) => Promise<void>;
    readonly applyProfile: (name: string, profile: unknown) => Promise<void>;
    readonly signIn: (wish: Params<'person.sign-in'>) => Promise<ManagementResult<'person.sign-in'>>;
    readonly signInProgress: () => Promise<ManagementResult<'person.progress'>>;
    readonly signOut: () => Promise<void>;
    readonly refreshEgress: () => Promise<void>;
    readonly health: (
      only: readonly HealthCheckId[],
      language: Language,
    ) => Promise<ManagementResult<'health.get'>>;
    readonly flows: (limit: number) => readonly FlowRecord[];
    /** @throws OpenGsaError `bad-usage` for what is no destination */
    readonly testPolicy: (destination: string, language: Language) => PolicyAnswer;
    readonly hostnames: (limit: number) => ManagementResult<'hostnames.list'>;
    readonly clearHostnames: () => void;
  };

export function createHandlers(agent: AgentControl): Handlers {
  const after = async (change: Promise<void>, language: Language): Promise<Status> => {
    await change;
    return agent.status(language);
  };
  const known = async (change: Promise<void>): Promise<KnownLocations> => {
    await change;
    return agent.locations();
  };
  return {
    'status.get': (_, language) => agent.status(language),
    'status.subscribe': (_, language) => agent.status(language),
    connect: (_, language) => after(agent.connect(), language),
    disconnect: (_, language) => after(agent.disconnect(), language),
    pause: ({ minutes }, language) => after(agent.pause(minutes), language),
    resume: (_, language) => after(agent.resume(), language),
    'profile.list': (_, language) => agent.profiles(language),
    'profile.set': ({ name, enabled }, language) => after(agent.setProfile(name, enabled), language),
    'profile.apply': ({ name, profile }, language) => after(agent.applyProfile(name, profile), language),
    'person.sign-in': (wish) => agent.signIn(wish),
    'person.progress': () => agent.signInProgress(),
    'person.sign-out': (_, language) => after(agent.signOut(), language),
    'egress.refresh': (_, language) => after(agent.refreshEgress(), language),
    'seen-as.get': ({ destinations }, language) => agent.seenAs(destinations, language),
    'seen-as.verify': ({ destinations }, language) => agent.verifySeenAs(destinations, language),
    'locations.list': () => agent.locations(),
    'locations.import': ({ locations }) => known(agent.importLocations(locations)),
    'locations.remove': ({ name }) => known(agent.removeLocation(name)),
    'locations.clear': () => known(agent.clearLocations()),
    'health.get': ({ only }, language) => agent.health(only ?? [], language),
    'flows.list': ({ limit }) => ({ flows: [...agent.flows(limit)] }),
    // The feed of the client's connection does the rest.
    'flows.subscribe': () => ({}),
    'flows.unsubscribe': () => ({}),
    'policy.test': ({ destination }, language) => agent.testPolicy(destination, language),
    'hostnames.list': ({ limit }) => agent.hostnames(limit),
    'hostnames.clear': () => {
      agent.clearHostnames();
      return {};
    },
    'connections.older': () => agent.olderConnections(),
    'connections.close': async ({ connections }) => ({
      outcomes: [...(await agent.closeConnections(connections))],
    }),
    'logs.preview': (_, language) => agent.previewLogs(language),
    'logs.collect': ({ redact, parts }, language) =>
      agent.collectLogs({ redact, parts: parts ?? logBundlePartNames }, language),
  };
}
