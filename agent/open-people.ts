// Signing in at this device, as far as it has an edge: the sign-in of the last run is read, and who connects is found out.
import { readFile } from 'node:fs/promises';
import { explain, OpenGsaError } from '../protocol/error.ts';
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import type { Log } from './log.ts';
import type { AskEdge } from './people/edge-people.ts';
import { signInFile } from './people/kept-sign-in.ts';
import { createPersonDesk, type PersonDesk } from './people/person-desk.ts';
import type { Attribution } from './process/attribution.ts';
import type { Credentials } from './tunnel/credentials.ts';

export type OpenPeople = {
  readonly config: AgentConfig;
  readonly credentials: Credentials;
  readonly stateDir: string;
  readonly attribution: Attribution;
  readonly clock: Clock;
  readonly log: Log;
};

/** Signing in over this edge connection. */
export type MakePersonDesk = (ask: AskEdge, changed: () => void) => PersonDesk;

/** @throws OpenGsaError `bad-config` where the authorities of issuers cannot be read */
export async function openPeople(setup: OpenPeople): Promise<MakePersonDesk> {
  const { config, credentials, stateDir, attribution, clock, log } = setup;
  const file = signInFile(stateDir);
  const ca = config.people.ca === null ? null : await readAuthorities(config.people.ca);
  const before = await file.read().catch((error: unknown) => {
    log.write(
      'warn',
      'the sign-in of the last run cannot be read: sign in again',
      {},
      { reason: explain(error) },
    );
    return null;
  });
  return (ask, changed) =>
    createPersonDesk({
      ...{ thumbprint: () => credentials.device.thumbprint, ask, file, before, ca, clock, changed },
      whoConnects: async ({ local, remote }) => {
        const { uid } = await attribution.lookup({ protocol: 'tcp', local, remote });
        return uid;
      },
      onFault: (reason) => log.write('info', 'the sign-in of the person', {}, { reason }),
    });
}

async function readAuthorities(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new OpenGsaError('bad-config', `people.ca: ${path} cannot be read`, { cause });
  }
}
