// Time from opening a connection to its first byte over a link of 40 ms: through the tunnel, and straight to the target.
import { join } from 'node:path';
import { z } from 'zod';
import { labHosts, startLabOrganisation } from '../support/lab-organisation.ts';
import { netlabAddresses, netlabObstacle } from '../support/netlab.ts';
import { pinnedNode } from '../support/processes.ts';

const roundTripMs = 40;
const times = 50;
const samples = z.array(z.number()).length(times);

/** One line. Both ways ask the same program, over the same link, from the same namespace. */
export async function measureFirstByte(): Promise<string[]> {
  const obstacle = netlabObstacle();
  if (obstacle !== null) return [`first byte: not measured, ${obstacle}`];
  const organisation = await startLabOrganisation({ delayMs: roundTripMs / 2 });
  try {
    const { lab, echoPort, proxyPort } = organisation;
    const ask = async (...args: readonly string[]): Promise<number> => {
      const program = join(import.meta.dirname, '../netlab/programs/first-byte.ts');
      const { stdout, stderr } = await lab.run('app', pinnedNode, [program, String(times), ...args]);
      if (stderr !== '') throw new Error(stderr);
      return median(samples.parse(JSON.parse(stdout)));
    };
    const direct = await ask(netlabAddresses.origin, String(echoPort));
    const tunnelled = await ask('127.0.0.1', String(proxyPort), `${labHosts.echo}:443`);
    return [
      `first byte of a new flow at ${roundTripMs} ms round trip, p50 of ${times}: ` +
        `${tunnelled.toFixed(1)} ms through the tunnel, ${direct.toFixed(1)} ms direct (goal: no later than direct)`,
    ];
  } finally {
    await organisation.end();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
