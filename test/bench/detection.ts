// Time from a change of network to a proved address over a link of 40 ms, by the witness alone.
import { join } from 'node:path';
import { z } from 'zod';
import { startLabOrganisation } from '../support/lab-organisation.ts';
import { netlabAddresses, netlabObstacle } from '../support/netlab.ts';
import { pinnedNode } from '../support/processes.ts';

const roundTripMs = 40;
const times = 30;
const samples = z.array(z.number()).length(times);

/** One line. No tunnel is used: TCP, TLS 1.3 and the request each take a round trip. */
export async function measureDetection(): Promise<string[]> {
  const obstacle = netlabObstacle();
  if (obstacle !== null) return [`detection: not measured, ${obstacle}`];
  const { lab, end } = await startLabOrganisation({ delayMs: roundTripMs / 2 });
  try {
    const program = join(import.meta.dirname, '../netlab/programs/detect.ts');
    const args = ['device', netlabAddresses.deviceNetwork, String(times)];
    const { stdout, stderr } = await lab.run('app', pinnedNode, [program, ...args]);
    if (stderr !== '') throw new Error(stderr);
    const sorted = samples.parse(JSON.parse(stdout)).toSorted((a, b) => a - b);
    const p50 = sorted[Math.floor(times / 2)] ?? Number.NaN;
    return [
      `egress address proved by the witness at ${roundTripMs} ms round trip, p50 of ${times}: ${p50.toFixed(1)} ms, ` +
        `${(p50 / roundTripMs).toFixed(1)} round trips (goal 2)`,
    ];
  } finally {
    await end();
  }
}
