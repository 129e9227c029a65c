// A person who signs in every 100 ms while the public address changes, and what the destination is told meanwhile.
//
//              ┌─eth0── nat1 203.0.113.1 ───┐
//   app ───────┤                            ├── internet ── 40 ms ── far: edge, witness, destination
//   the device └─eth1── nat2 203.0.113.65 ──┘
//
// Either the device moves from nat1 to nat2, or nat1 gets another public address, of which the device sees nothing.
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { installedProgram } from '../support/debian-programs.ts';
import {
  labHosts,
  type LabOrganisation,
  type LabSettings,
  startNatOrganisation,
} from '../support/lab-organisation.ts';
import { type NatLab, natAddresses, natLabObstacle } from '../support/nat-lab.ts';
import { pinnedNode } from '../support/processes.ts';

const obstacle = natLabObstacle() ?? (installedProgram('curl') === null ? 'missing: curl' : null);
if (obstacle !== null) process.stdout.write(`roam between NATs skipped: ${obstacle}\n`);
const { nat1, nat2 } = natAddresses;
const patience = { timeout: 20_000, interval: 100 };
const roundTripMs = 40;
const everyMs = 100;

const signInRecord = z.object({
  beganAt: z.number(),
  endedAt: z.number(),
  source: z.string().optional(),
  error: z.string().optional(),
});

describe.skipIf(obstacle !== null)('with a sign-in every 100 ms', () => {
  let organisation: LabOrganisation<NatLab>;
  afterEach(() => organisation.end());

  async function start(settings: LabSettings = {}): Promise<void> {
    organisation = await startNatOrganisation({ link: { delayMs: roundTripMs / 2 } }, settings);
    await expect.poll(egress, patience).toEqual({ state: 'confirmed', address: nat1.public });
  }

  async function egress() {
    const { state, address } = (await organisation.status()).egress.ipv4;
    return { state, address };
  }

  /** Signs in all the time, changes the network in the midst of it, and gives what came of it. */
  async function signInsAround(change: () => void, next: string) {
    const { lab, proxyPort, authorityFile, receiverLog } = organisation;
    const program = join(import.meta.dirname, 'programs/sign-ins.ts');
    const args = [program, String(proxyPort), labHosts.stating, authorityFile, String(everyMs)];
    const person = lab.start('app', pinnedNode, args);
    const told = (source: string) => receiverLog().filter((record) => record.source === source);
    // The control: many are told the address before the change.
    await expect.poll(() => told(nat1.public).length, patience).toBeGreaterThan(10);
    const watch = organisation.watch();
    await expect.poll(() => watch.seen().length, patience).toBeGreaterThan(0);
    const changedAt = Date.now();
    change();
    // Long enough for whatever waits in a session that is dead to come to its end, well or not.
    await expect.poll(() => told(next).at(-1)?.at, patience).toBeGreaterThan(changedAt + 6000);
    person.signal('SIGKILL');
    await person.ended;
    const lines = person.stdout().split('\n').slice(0, -1);
    const signIns = lines.map((line) => signInRecord.parse(JSON.parse(line)));
    const began = signIns.filter(({ beganAt }) => beganAt > changedAt);
    return {
      changedAt,
      statuses: watch.seen(),
      told: receiverLog().filter(({ at }) => at >= changedAt),
      lateUnderOld: told(nat1.public).filter(({ at }) => at > changedAt + 1000),
      restoredMs: told(next)[0]!.at - changedAt,
      failed: began.filter(({ error }) => error !== undefined),
      began,
      slowestMs: Math.max(...began.map(({ beganAt, endedAt }) => endedAt - beganAt)),
    };
  }

  type Outcome = Awaited<ReturnType<typeof signInsAround>>;

  function report(what: string, outcome: Outcome): void {
    const { told, lateUnderOld, restoredMs, failed, began, slowestMs } = outcome;
    process.stdout.write(
      `${what}: ${lateUnderOld.length} of ${told.length} sign-ins under the old address later than 1 s, ` +
        `restored after ${restoredMs} ms, ${failed.length} of ${began.length} failed, the slowest took ${slowestMs} ms\n`,
    );
    if (failed.length > 0)
      process.stdout.write(
        JSON.stringify(failed.slice(0, 5)) + '\n' + JSON.stringify(outcome.changedAt) + '\n',
      );
  }

  it('a move to another NAT leaves none under the old address after 1 s, and is restored within 2 s', async () => {
    await start();
    const outcome = await signInsAround(() => organisation.lab.moveTo('nat2'), nat2.public);
    report('move to another NAT', outcome);
    expect(outcome.lateUnderOld).toEqual([]);
    expect(outcome.restoredMs).toBeLessThan(2000);
  });

  it('another public address of the NAT is told at once, although the device sees no change', async () => {
    await start();
    const outcome = await signInsAround(() => organisation.lab.renumber('nat1', nat1.other), nat1.other);
    report('another address of the NAT', outcome);
    expect(outcome.lateUnderOld).toEqual([]);
    expect(outcome.restoredMs).toBeLessThan(2000);
  });
});
