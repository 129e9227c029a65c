// The agent: joins capture, decisions, tunnel, egress detection and the management socket, and runs until told to stop.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { OpenGsaError } from '../protocol/error.ts';
import { startCapture, type CaptureFronts } from './capture-fronts.ts';
import { systemClock as clock } from './clock.ts';
import { createAgentControl } from './agent-control.ts';
import type { AgentConfig } from './config.ts';
import { obstacleText } from './core/capture-obstacle.ts';
import { formatDelta } from './core/network-change.ts';
import { lostRuns } from './core/run-history.ts';
import type { EdgeSide } from './edge-side.ts';
import { createHostnames, type Hostnames } from './hostnames.ts';
import { createHealthDesk } from './health-desk.ts';
import { type Locations, openLocations } from './locations.ts';
import { type AgentLog, createLog, type Log } from './log.ts';
import type { LogDeskSetup } from './log-desk.ts';
import { groupId } from './system-id.ts';
import { makeDirectory } from './make-directory.ts';
import { createHandlers } from './management/handlers.ts';
import { readKey } from './management/key-file.ts';
import { type ManagementServer, startManagement } from './management/server.ts';
import { createNetworkMonitor, type NetworkMonitor } from './network/monitor.ts';
import { networkSource } from './network/network-source.ts';
import { openInspection } from './open-inspection.ts';
import { type MakePersonDesk, openPeople } from './open-people.ts';
import { openPacToken } from './pac-token.ts';
import { knownProgramRules, programRuleText, readProgramRuleFault } from './program-rules-state.ts';
import { openOrganisationProfiles, type OrganisationProfiles } from './organisation-profiles.ts';
import { createPersonChoices, type PersonChoices } from './person-choices.ts';
import { type Attribution, createAttribution } from './process/attribution.ts';
import { systemRandom } from './random.ts';
import { openRunRecord, readBootId, type RunRecord } from './run-record.ts';
import { createTraffic, type Traffic } from './traffic.ts';
import { startTransparentCapture } from './transparent-capture.ts';
import { startRenewal } from './renewal.ts';
import { type Credentials, readCredentials } from './tunnel/credentials.ts';
import { createLiveCredentials, type LiveCredentials } from './tunnel/live-credentials.ts';

export type AgentSetup = {
  readonly config: AgentConfig;
  /** Where settings and imported profiles are kept; made 0700 when absent. */
  readonly stateDir: string;
  readonly socketPath: string;
  readonly stop: AbortSignal;
  /** Told once, when everything listens. */
  readonly ready: (facts: readonly string[]) => void;
};

/** How long open flows may go on after the agent was told to stop, in ms. */
const drainMs = 5_000;

/**
 * Runs the agent. Resolves when `stop` was asked and open flows have ended or run out of time.
 *
 * @throws OpenGsaError for what keeps it from starting: a port that is taken, another agent, credentials it cannot use
 */
export async function runAgent(setup: AgentSetup): Promise<void> {
  const log = createLog(setup.config.log.level, clock);
  await makeDirectory(setup.stateDir, 'name another --state-dir');
  const loaded = loadCredentials(setup);
  const live = loaded && createLiveCredentials(loaded);
  const credentials = live?.view ?? null;
  const choices = await createPersonChoices(setup.config, setup.stateDir, clock);
  const organisationProfiles = await openProfilesOf(credentials, setup, choices, log);
  const locations = await openLocations(setup.stateDir, clock);
  const runs = await openRuns(setup, log);
  const parts = { credentials, live, choices, organisationProfiles, locations, runs, log };
  const agent = await assemble(setup, parts);
  // Not before everything listens: an agent that cannot start says why, and has not crashed.
  await runs.begin();
  log.write('info', 'agent runs', { enrolled: credentials !== null, pid: process.pid });
  setup.ready(agent.facts);
  await stopAsked(setup.stop);
  log.write('info', 'agent stops', { graceMs: drainMs });
  await agent.end();
  await runs.end();
}

/** Null where nobody is asked for any. */
async function openProfilesOf(
  credentials: Credentials | null,
  { config, stateDir }: AgentSetup,
  choices: PersonChoices,
  log: Log,
): Promise<OrganisationProfiles | null> {
  if (credentials === null || config.organisationProfiles === 'ignore') return null;
  return openOrganisationProfiles({
    ...{ stateDir, credentials, platform: process.platform, clock, random: systemRandom, log },
    apply: choices.setOrganisation,
  });
}

async function openRuns({ stateDir }: AgentSetup, log: Log): Promise<RunRecord> {
  const record = await openRunRecord({
    ...{ stateDir, clock, pid: process.pid, bootId: await readBootId() },
    onFault: (reason) => log.write('warn', 'the record of starts and ends is not whole', {}, { reason }),
  });
  const facts = record.facts();
  const lost = lostRuns(facts).find(({ run }) => run === facts.runs.at(-1));
  if (lost !== undefined) {
    log.write('warn', 'the last run ended without a word', {
      startedAt: new Date(lost.run.startedAt).toISOString(),
      withMachine: lost.withMachine,
    });
  }
  return record;
}

function deviceDirectory({ config, stateDir }: Pick<AgentSetup, 'config' | 'stateDir'>): string {
  return config.credentials ?? join(stateDir, 'device');
}

/** The default directory may be empty: then the device is not enrolled. A directory that is named must hold a device. */
function loadCredentials({ config, stateDir }: AgentSetup): Credentials | null {
  try {
    return readCredentials(deviceDirectory({ config, stateDir }));
  } catch (error) {
    if (config.credentials === null && error instanceof OpenGsaError && error.code === 'not-enrolled')
      return null;
    throw error;
  }
}

type Parts = {
  readonly credentials: Credentials | null;
  /** Of which `credentials` is the view. */
  readonly live: LiveCredentials | null;
  readonly choices: PersonChoices;
  readonly organisationProfiles: OrganisationProfiles | null;
  readonly locations: Locations;
  readonly runs: RunRecord;
  readonly log: AgentLog;
};

type RunningAgent = { readonly facts: readonly string[]; readonly end: () => Promise<void> };

async function assemble(setup: AgentSetup, parts: Parts): Promise<RunningAgent> {
  const [{ config }, { credentials, live, choices, organisationProfiles, locations, log }] = [setup, parts];
  let capture: CaptureFronts | null = null;
  let socket: ManagementServer | null = null;
  const programRuleFault = await readProgramRuleFault(config);
  if (programRuleFault !== null) log.write('warn', programRuleText(programRuleFault, 'en'));
  const attribution = startAttribution(config, log);
  const traffic = createTraffic({
    makePeople: await peopleOf(setup, parts, attribution),
    ...{ config, attribution, programRuleFault, credentials, choices, locations, clock },
    ...{ organisationProfiles },
    inspectFlow: await openInspection(config.inspection, setup.stateDir, clock, log),
    capture: () => capture,
    publish: (status) => socket?.publish(status),
    checkClocks: () => monitor.checkClocks(),
  });
  const { edge, detector, feed } = traffic;
  const hostnames = watchHostnames(attribution);
  const changed = (): void => {
    capture?.changed();
    feed.changed();
  };
  const follow = followModeWith(choices, edge, changed);
  const monitor = watchNetwork(traffic, log, () => capture?.networkChanged());
  const health = createHealthDesk({
    ...{ config, credentials, choices, locations, edge, clock },
    ...{ stateDir: setup.stateDir, runs: parts.runs.facts },
    status: () => feed.current('en'),
    transparentFacts: () => capture?.transparentFacts() ?? null,
  });
  const pac = { token: await openPacToken(setup.stateDir, randomBytes), text: traffic.pacText };
  // The socket first: a second agent ends here, before it can disturb the ports of the first.
  const management = await startManagement({
    socketPath: setup.socketPath,
    group: config.management.group === null ? null : await groupId(config.management.group),
    program: 'opengsa agent',
    handlers: createHandlers(
      createAgentControl({
        ...{ traffic, choices, locations, hostnames, attribution, health, follow },
        programRules: (language) => knownProgramRules(config, programRuleFault, language),
        logs: logFacts(setup, { credentials, log }, pac.token),
        stateDir: setup.stateDir,
        acquiredAddresses: () => capture?.acquiredAddresses() ?? null,
      }),
    ),
    followFlows: traffic.table.follow,
    randomBytes,
    refused: (reason) => log.write('warn', 'management client dropped', {}, { reason }),
  });
  socket = management;
  const fronts = await startFronts(setup, traffic, { hostnames, pac, log }).catch(async (error: unknown) => {
    feed.stop();
    await management.close();
    throw error;
  });
  capture = fronts;
  await monitor.start();
  tellEdge(edge, monitor);
  detector.start();
  await follow(Promise.resolve());
  const stopRenewal = keepRenewed(setup, live, traffic, log);
  const { profileSource } = traffic;
  const stopProfiles =
    (profileSource && organisationProfiles?.follow(profileSource, changed)) ?? (() => undefined);
  return {
    facts: readyFacts(fronts, setup.socketPath),
    async end() {
      stopRenewal();
      stopProfiles();
      await monitor.stop();
      for (const part of [edge, traffic.people, detector, feed]) part?.stop();
      await management.close();
      await Promise.all([fronts.drain(drainMs), edge?.tunnel.drain(drainMs)]);
      edge?.tunnel.close();
    },
  };
}

function startFronts(
  { config, stateDir }: AgentSetup,
  { openFlow, context, feed }: Traffic,
  { hostnames, pac, log }: CaptureParts,
): Promise<CaptureFronts> {
  return startCapture({
    ...{ config: config.capture, openFlow, pac },
    startTransparent: () =>
      startTransparentCapture({
        ...{ config: config.capture, stateDir, hostnames, clock, random: systemRandom, log },
        ...{ openFlow, context, onChange: feed.changed },
      }),
    onPrevented: (obstacle) =>
      log.write('error', 'transparent capture is prevented', { reason: obstacleText(obstacle) }),
  });
}

type CaptureParts = Pick<Parameters<typeof startCapture>[0], 'pac'> & {
  readonly hostnames: Hostnames;
  readonly log: Log;
};

function keepRenewed(
  setup: AgentSetup,
  live: LiveCredentials | null,
  { edge, detector }: Traffic,
  log: Log,
): () => void {
  if (live === null || edge === null) return () => undefined;
  const { tunnel } = edge;
  return startRenewal({
    ...{ directory: deviceDirectory(setup), credentials: live, ask: tunnel.ask, prove: tunnel.prove },
    ...{ clock, log },
    renewed: () => {
      // Another connection is made beside the one in use, which goes on with its flows.
      tunnel.networkChanged();
      void detector.refresh();
    },
  }).stop;
}

function peopleOf(
  { config, stateDir }: AgentSetup,
  { credentials, log }: Parts,
  attribution: Attribution,
): Promise<MakePersonDesk> | null {
  return credentials && openPeople({ config, credentials, stateDir, attribution, clock, log });
}

function logFacts(
  { config, socketPath }: AgentSetup,
  parts: Pick<Parts, 'credentials' | 'log'>,
  pacToken: string,
): Omit<LogDeskSetup, 'control'> {
  const secrets = async (): Promise<readonly string[]> => {
    const key = await readKey(socketPath);
    // As texts could hold it.
    const spellings = (['hex', 'base64', 'base64url'] as const).map((encoding) => key.toString(encoding));
    return [pacToken, ...spellings];
  };
  return { ...parts, config, clock, secrets };
}

/** From its first difference on: what was learnt in another network holds no longer. */
function watchNetwork({ detector, edge }: Traffic, log: Log, changed: () => void): NetworkMonitor {
  const monitor = createNetworkMonitor({
    source: networkSource(process.platform, {
      clock,
      random: systemRandom,
      onFault: (reason) => log.write('warn', 'network changes are looked for once a second', { reason }),
    }),
    clock,
    onChange(delta, generation) {
      log.write('info', 'network changed', { generation }, { delta: formatDelta(delta) });
      detector.networkChanged(generation);
      edge?.tunnel.networkChanged();
      tellEdge(edge, monitor);
      changed();
    },
  });
  return monitor;
}

function tellEdge(edge: EdgeSide | null, monitor: NetworkMonitor): void {
  const state = monitor.state();
  if (state !== null) edge?.networkIs(state);
}

/** Brings the tunnel to what the mode wants, after each change of the mode and when a pause ends by itself. */
function followModeWith(
  choices: PersonChoices,
  edge: EdgeSide | null,
  changed: () => void,
): (change: Promise<void>, also?: () => void) => Promise<void> {
  const follow = (): void => {
    if (choices.mode().kind === 'on') edge?.tunnel.start();
    else void edge?.tunnel.drain(drainMs);
    changed();
  };
  choices.onModeEnd(follow);
  return async (change, also) => {
    // In force at once, whether or not the disk takes it: a person who asks for direct gets direct.
    follow();
    also?.();
    await change;
    follow();
  };
}

function watchHostnames(attribution: Attribution): Hostnames {
  return createHostnames({
    clock,
    whoAsked: ({ transport, address, port }) =>
      attribution.lookup({ protocol: transport, local: { address, port }, remote: null }),
  });
}

function startAttribution(config: AgentConfig, log: Log): Attribution {
  return createAttribution({
    level: config.processes,
    platform: process.platform,
    onFault: (reason) => log.write('warn', 'a socket table cannot be read', {}, { reason }),
  });
}

function readyFacts(fronts: CaptureFronts, socketPath: string): readonly string[] {
  const { httpProxy, socks5, transparent } = fronts.shown();
  return [
    `HTTP proxy ${httpProxy ?? 'off'}`,
    `SOCKS5 ${socks5 ?? 'off'}`,
    `transparent capture ${transparent === null ? 'off' : transparentWords[transparent.state]}`,
    `management ${socketPath}`,
  ];
}

/** Idle is what a person's own switch makes of it, any time. */
const transparentWords = { on: 'on', idle: 'on', failed: 'prevented' } as const;

function stopAsked(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
}
