// What a command finds out by itself where no agent answers: the files of the state directory and the machine.
import { join } from 'node:path';
import type { Prefix } from '../protocol/address.ts';
import { parseAgentConfig } from './config.ts';
import type { Clock } from './clock.ts';
import type { RunFacts } from './core/run-history.ts';
import { deviceFacts, findCredentials } from './device-facts.ts';
import type { FactSources } from './health/gather.ts';
import { localSources } from './health/local-sources.ts';
import { readImportedLocations } from './location-store.ts';
import { listProfiles } from './profile-store.ts';
import { readBootId, readRuns } from './run-record.ts';

/** Where the files of the device are, unless agent.yaml names another place. */
export function deviceDirectory(stateDir: string): string {
  return join(stateDir, 'device');
}

export function sourcesWithoutAgent(stateDir: string, clock: Clock): FactSources {
  const directory = deviceDirectory(stateDir);
  const found = findCredentials(directory);
  const credentials = 'bundle' in found ? found : null;
  const device = credentials && {
    ...{ key: credentials.key, certificate: credentials.certificate, authority: credentials.authority },
    edges: credentials.bundle.edges,
    localAddress: { ipv4: null, ipv6: null },
  };
  const local = localSources({ root: '/', syntheticRange: usualRange(), device }, clock);
  return {
    ...unknownSources('the agent does not run'),
    ...local,
    device() {
      if ('bundle' in found) return deviceFacts(found, clock.now());
      // Only the agent knows its configuration, which may name another directory.
      if (found.kind === 'absent')
        throw new Error(`${directory} holds no device; agent.yaml may name another`);
      return found;
    },
    edges: async () => {
      if (device === null) throw new Error('no enrolment was found without the agent');
      return local.edges();
    },
    profiles: async () =>
      (await listProfiles(stateDir)).map(({ name, fault }) => ({ name, fault, enabled: null })),
    runs: () => runsWithoutAgent(stateDir, clock),
    async locations() {
      const { locations, fault } = await readImportedLocations(stateDir);
      return { count: locations.length, fault };
    },
    session() {
      throw new Error('the agent does not run');
    },
  };
}

/** Sources of which none finds anything out, for `reason`. */
export function unknownSources(reason: string): FactSources {
  const nothing = (): never => {
    throw new Error(reason);
  };
  return {
    ...{ status: nothing, device: nothing, runs: nothing, profiles: nothing, locations: nothing },
    ...{
      network: nothing,
      nameServers: nothing,
      edges: nothing,
      listeners: nothing,
      policies: nothing,
      resolved: nothing,
    },
    ...{ kernel: nothing, nft: nothing, transparent: nothing, session: nothing },
  };
}

/** The agent of this state directory may run all the same, behind another socket. */
async function runsWithoutAgent(stateDir: string, clock: Clock): Promise<RunFacts> {
  const { runs, fault } = await readRuns(stateDir);
  const last = runs.at(-1);
  if (last === undefined && fault === null)
    throw new Error(`${stateDir} records no start; the agent may keep its state elsewhere`);
  const isRunning = last?.endedAt === null && isAlive(last.pid);
  return { runs, fault, isRunning, bootId: await readBootId(), now: clock.now() };
}

/** Whether a process of that number runs, whoever owns it. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** What the configuration has by default. */
function usualRange(): Prefix {
  return parseAgentConfig({}, 'defaults').capture.transparent.syntheticRange;
}
