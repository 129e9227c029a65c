// What the agent does for each request on the management socket: one function per method.
import type { z } from 'zod';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import type { HealthCheckId } from '../../protocol/health-report.ts';
import type {
  KnownLocations,
  managementMethods,
  ManagementMethod,
  ManagementResult,
} from '../../protocol/management.ts';
import type { NamedLocation } from '../../protocol/named-location.ts';
import type { CloseOutcome, ConnectionEnds, OlderConnections } from '../../protocol/older-connection.ts';
import type { SeenAsReport } from '../../protocol/seen-as-report.ts';
import type { Status } from '../../protocol/status.ts';

type Params<M extends ManagementMethod> = z.output<(typeof managementMethods)[M]['params']>;

export type Handlers = {
  readonly [M in ManagementMethod]: (params: Params<M>) => ManagementResult<M> | Promise<ManagementResult<M>>;
};

/** Predictions, and the named locations that they are judged by. */
export type SeenAsControl = {
  /** @throws OpenGsaError `bad-usage` for what is no destination */
  readonly seenAs: (destinations: readonly string[]) => SeenAsReport;
  readonly verifySeenAs: (destinations: readonly string[]) => Promise<SeenAsReport>;
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

/** What the agent lets its windows and commands do. Each change resolves when it is in force and stored. */
export type AgentControl = SeenAsControl &
  OlderControl & {
    readonly status: () => Status;
    readonly connect: () => Promise<void>;
    readonly disconnect: () => Promise<void>;
    readonly pause: (minutes: number) => Promise<void>;
    readonly resume: () => Promise<void>;
    readonly profiles: () => ManagementResult<'profile.list'>;
    readonly setProfile: (name: string, enabled: boolean) => Promise<void>;
    readonly applyProfile: (name: string, profile: unknown) => Promise<void>;
    readonly refreshEgress: () => Promise<void>;
    readonly health: (only: readonly HealthCheckId[]) => Promise<ManagementResult<'health.get'>>;
    readonly flows: (limit: number) => readonly FlowRecord[];
    readonly hostnames: (limit: number) => ManagementResult<'hostnames.list'>;
    readonly clearHostnames: () => void;
  };

export function createHandlers(agent: AgentControl): Handlers {
  const after = async (change: Promise<void>): Promise<Status> => {
    await change;
    return agent.status();
  };
  const known = async (change: Promise<void>): Promise<KnownLocations> => {
    await change;
    return agent.locations();
  };
  return {
    'status.get': () => agent.status(),
    'status.subscribe': () => agent.status(),
    connect: () => after(agent.connect()),
    disconnect: () => after(agent.disconnect()),
    pause: ({ minutes }) => after(agent.pause(minutes)),
    resume: () => after(agent.resume()),
    'profile.list': () => agent.profiles(),
    'profile.set': ({ name, enabled }) => after(agent.setProfile(name, enabled)),
    'profile.apply': ({ name, profile }) => after(agent.applyProfile(name, profile)),
    'egress.refresh': () => after(agent.refreshEgress()),
    'seen-as.get': ({ destinations }) => agent.seenAs(destinations),
    'seen-as.verify': ({ destinations }) => agent.verifySeenAs(destinations),
    'locations.list': () => agent.locations(),
    'locations.import': ({ locations }) => known(agent.importLocations(locations)),
    'locations.remove': ({ name }) => known(agent.removeLocation(name)),
    'locations.clear': () => known(agent.clearLocations()),
    'health.get': ({ only }) => agent.health(only ?? []),
    'flows.list': ({ limit }) => ({ flows: [...agent.flows(limit)] }),
    'hostnames.list': ({ limit }) => agent.hostnames(limit),
    'hostnames.clear': () => {
      agent.clearHostnames();
      return {};
    },
    'connections.older': () => agent.olderConnections(),
    'connections.close': async ({ connections }) => ({
      outcomes: [...(await agent.closeConnections(connections))],
    }),
  };
}
