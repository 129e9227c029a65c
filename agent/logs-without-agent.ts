// What a log bundle can hold of a machine whose agent cannot be asked: the machine's facts and the health check.
import { healthCheckIds } from '../protocol/health-checks.ts';
import { logBundlePartNames } from '../protocol/log-bundle.ts';
import type { Collected } from './core/redaction.ts';
import { findCredentials } from './device-facts.ts';
import { deviceDirectory } from './health-without-agent.ts';
import { keyLines, ownPlaces } from './log-desk.ts';
import { accountNames, readMachine } from './machine-report.ts';
import { type PersonHealthSetup, reportHealth } from './person-health.ts';
import { listProfiles } from './profile-store.ts';

/** A machine whose agent does not run is one that somebody wants to be helped with. */
export async function collectWithoutAgent(setup: PersonHealthSetup): Promise<Collected> {
  const { stateDir } = setup;
  const device = findCredentials(deviceDirectory(stateDir));
  const [health, machine, accounts, stored] = await Promise.all([
    reportHealth(healthCheckIds, setup),
    readMachine(false),
    accountNames(),
    listProfiles(stateDir),
  ]);
  const missing = logBundlePartNames.filter((part) => part !== 'health' && part !== 'machine');
  return {
    found: { health, machine },
    leftOut: missing.map((part) => ({ part, reason: 'the agent could not be asked' })),
    knowledge: {
      secrets: 'bundle' in device ? keyLines(device.key) : [],
      accounts,
      profiles: stored.map(({ profile }) => profile).filter((profile) => profile !== null),
      places: 'bundle' in device ? ownPlaces(device) : [],
    },
  };
}
