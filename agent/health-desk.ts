// Answers for the health of the running agent: its own state, and what it finds out at the moment it is asked.
import { join } from 'node:path';
import { formatPrefix } from '../protocol/address.ts';
import { hostOfUrl } from '../protocol/destination.ts';
import { type HealthCheckId, healthCheckIds } from '../protocol/health-checks.ts';
import { sessionChecks } from '../protocol/health-report.ts';
import type { Language } from '../protocol/language.ts';
import type { ManagementResult } from '../protocol/management.ts';
import type { Status } from '../protocol/status.ts';
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import { factsFor, judgeHealth } from './core/health-checks.ts';
import type { AgentFacts, TransparentFacts } from './core/health-facts.ts';
import type { RunFacts } from './core/run-history.ts';
import { deviceFacts, findCredentials } from './device-facts.ts';
import type { EdgeSide } from './edge-side.ts';
import { type FactSources, gatherFacts } from './health/gather.ts';
import { askListeners } from './health/listener-question.ts';
import { type LocalSetup, localSources } from './health/local-sources.ts';
import { type Locations, noLocations } from './locations.ts';
import type { PersonChoices } from './person-choices.ts';
import type { Credentials } from './tunnel/credentials.ts';

export type HealthDeskSetup = {
  readonly config: AgentConfig;
  readonly stateDir: string;
  /** Null while the device is not enrolled. */
  readonly credentials: Credentials | null;
  readonly choices: PersonChoices;
  readonly locations: Locations;
  readonly runs: () => RunFacts;
  readonly edge: EdgeSide | null;
  readonly clock: Clock;
  readonly status: () => Status;
  /** Null while capture is by proxy only. */
  readonly transparentFacts: () => TransparentFacts | null;
};

export type HealthDesk = {
  /** @param only empty: every check. Those of the person's session are left out. */
  readonly report: (
    only: readonly HealthCheckId[],
    language: Language,
  ) => Promise<ManagementResult<'health.get'>>;
};

export function createHealthDesk(setup: HealthDeskSetup): HealthDesk {
  const { clock } = setup;
  const sources = sourcesOf(setup);
  return {
    async report(only, language) {
      const asked = (only.length === 0 ? healthCheckIds : only).filter((id) => !sessionChecks.includes(id));
      const facts = await gatherFacts(sources, factsFor(asked), clock);
      return {
        report: {
          checkedAt: new Date(clock.now()).toISOString(),
          checks: [...judgeHealth(asked, facts, language)],
        },
        session: expectation(setup),
      };
    },
  };
}

function sourcesOf(setup: HealthDeskSetup): FactSources {
  const { config, credentials, choices, locations, edge, clock, status, stateDir } = setup;
  const notEnrolled = (): ReturnType<typeof deviceFacts> => {
    const found = findCredentials(config.credentials ?? join(stateDir, 'device'));
    return 'bundle' in found ? { kind: 'not-loaded' } : found;
  };
  return {
    ...localSources(localSetup(config, credentials), clock),
    status: () => agentFacts(setup),
    device: () => (credentials === null ? notEnrolled() : deviceFacts(credentials, clock.now())),
    profiles: () => choices.profiles().map(({ name, enabled, fault }) => ({ name, enabled, fault })),
    locations() {
      const list = locations.list(edge?.namedLocations() ?? noLocations);
      return { count: list.locations.length, fault: list.fault };
    },
    runs: setup.runs,
    listeners: () => askListeners(status().capture),
    transparent: setup.transparentFacts,
  };
}

function localSetup(config: AgentConfig, credentials: Credentials | null): LocalSetup {
  const local = config.tunnel.localAddress;
  return {
    root: '/',
    syntheticRange: config.capture.transparent.syntheticRange,
    device: credentials && {
      // Read at each question: a renewal changes them.
      get key() {
        return credentials.key;
      },
      get certificate() {
        return credentials.certificate;
      },
      authority: credentials.authority,
      edges: credentials.bundle.edges,
      localAddress: {
        ipv4: local.ipv4 ?? config.localAddress.ipv4,
        ipv6: local.ipv6 ?? config.localAddress.ipv6,
      },
    },
  };
}

function agentFacts({ status, edge, credentials }: HealthDeskSetup): AgentFacts {
  const { connection, channels, egress, signaling, seenAs, organisation } = status();
  const witnessOf = (family: 'ipv4' | 'ipv6'): string | null => {
    const url = credentials?.bundle.witness[family]?.url;
    return url === undefined ? null : hostOfUrl(new URL(url));
  };
  return {
    status: { connection, channels, egress, signaling, seenAs, organisation },
    view: edge?.viewFacts().kind ?? 'awaited',
    witnesses: { ipv4: witnessOf('ipv4'), ipv6: witnessOf('ipv6') },
  };
}

function expectation({
  config,
  status,
  transparentFacts,
}: HealthDeskSetup): ManagementResult<'health.get'>['session'] {
  const { httpProxy, pacUrl } = status().capture;
  const name = transparentFacts()?.capturedName ?? null;
  const syntheticRange = formatPrefix(config.capture.transparent.syntheticRange);
  return { httpProxy, pacUrl, captured: name === null ? null : { name, syntheticRange } };
}
