// A person signs in every 100 ms while the public address changes: what the destination is told, and how soon.
//
//              ┌─eth0── nat1 203.0.113.1 ───┐
//   app ───────┤                            ├── internet ── 40 ms ── far: edge, witness, destination
//   the device └─eth1── nat2 203.0.113.65 ──┘   [balancer]
//
// Either the device moves from nat1 to nat2, or nat1 gets another public address, of which the device sees nothing. Behind
// a balancer the edge does not see the device's address and states what a witness signed: what is stale would show there.
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  labHosts,
  type LabOrganisation,
  type LabSettings,
  startNatOrganisation,
} from '../support/lab-organisation.ts';
import { type NatLab, type NatLabOptions, natAddresses, natLabObstacle } from '../support/nat-lab.ts';
import { pinnedNode } from '../support/processes.ts';

const obstacle = natLabObstacle();
if (obstacle !== null) process.stdout.write(`roam between NATs skipped: ${obstacle}\n`);
const { nat1, nat2 } = natAddresses;
const patience = { timeout: 25_000, interval: 100 };
const everyMs = 100;
/** Until a flow over a path that is gone has ended, and some more. */
const watchedMs = 4500;

const move = { change: (lab: NatLab) => lab.moveTo('nat2'), next: nat2.public };
const renumber = { change: (lab: NatLab) => lab.renumber('nat1', nat1.other), next: nat1.other };

const signInRecord = z.object({ beganAt: z.number(), endedAt: z.number(), error: z.string().optional() });

describe.skipIf(obstacle !== null)('while the public address changes', () => {
  let organisation: LabOrganisation<NatLab>;
  afterEach(() => organisation.end());

  async function start(options: NatLabOptions, settings: LabSettings): Promise<void> {
    organisation = await startNatOrganisation({ link: { delayMs: 20 }, ...options }, settings);
    await expect.poll(egress, patience).toEqual({ state: 'confirmed', address: nat1.public });
  }

  async function egress() {
    const { state, address } = (await organisation.status()).egress.ipv4;
    return { state, address };
  }

  /** Signs in all the time, changes the address in the midst of it, and gives what came of it. */
  async function signInsAround({ change, next }: typeof move | typeof renumber) {
    const { lab, proxyPort, authorityFile, receiverLog, flowLog } = organisation;
    const program = join(import.meta.dirname, 'programs/sign-ins.ts');
    const args = [program, String(proxyPort), labHosts.stating, authorityFile, String(everyMs)];
    const person = lab.start('app', pinnedNode, args);
    const told = (source: string) => receiverLog().filter((record) => record.source === source);
    // The control: the log tells the address before the change.
    await expect.poll(() => told(nat1.public).length, patience).toBeGreaterThan(10);
    const changedAt = Date.now();
    change(lab);
    await expect.poll(() => told(next).at(-1)?.at, patience).toBeGreaterThan(changedAt + watchedMs);
    person.signal('SIGKILL');
    const lines = (await person.ended).stdout.split('\n').slice(0, -1);
    const signIns = lines.map((line) => signInRecord.parse(JSON.parse(line)));
    const begun = signIns.filter(({ beganAt }) => beganAt >= changedAt);
    return {
      changedAt,
      told: receiverLog().filter(({ at }) => at >= changedAt),
      underOldLater: told(nat1.public).filter(({ at }) => at > changedAt + 1000),
      attestedOldLater: flowLog().filter(
        (record) => Date.parse(record.startedAt) > changedAt + 1000 && record.attestedIpv4 === nat1.public,
      ),
      restoredMs: told(next)[0]!.at - changedAt,
      begun,
      failed: begun.filter(({ error }) => error !== undefined),
      slowestMs: Math.max(...begun.map(({ beganAt, endedAt }) => endedAt - beganAt)),
    };
  }

  it.each([
    { what: 'a move to another NAT', way: move, options: {}, strict: false },
    { what: 'a move, the edge behind a balancer', way: move, options: { balancer: true }, strict: false },
    { what: 'another address of the NAT', way: renumber, options: {}, strict: false },
    { what: 'another address, the edge strict', way: renumber, options: {}, strict: true },
    {
      what: 'another address, the edge behind a balancer',
      way: renumber,
      options: { balancer: true },
      strict: false,
    },
  ])('$what: no sign-in under the old one after 1 s, restored within 2 s', async (scenario) => {
    const { what, way, options, strict } = scenario;
    await start(options, { edge: { strict } });
    const outcome = await signInsAround(way);
    const { changedAt, told, underOldLater, restoredMs, failed, begun, slowestMs } = outcome;
    const summary =
      `${what}: ${underOldLater.length} of ${told.length} sign-ins under the old address later than 1 s, ` +
      `restored after ${restoredMs} ms, ${failed.length} of ${begun.length} failed, slowest ${slowestMs} ms`;
    process.stdout.write(`${summary}\n`);
    expect(underOldLater, summary).toEqual([]);
    expect(outcome.attestedOldLater, summary).toEqual([]);
    expect(restoredMs, summary).toBeLessThan(2000);
    // What was under way is reset and must be tried again; whatever begins a second later goes well.
    expect(
      failed.filter(({ beganAt }) => beganAt > changedAt + 1000),
      summary,
    ).toEqual([]);
    expect(slowestMs, summary).toBeLessThan(5000);
    const last = organisation.flowLog().at(-1);
    expect(last).toMatchObject({ statedAddress: way.next, attestedIpv4: way.next, flags: [] });
    expect(last?.assurance).toBe('balancer' in options ? 'attested' : 'observed+attested');
    expect(await egress()).toEqual({ state: 'confirmed', address: way.next });
    const refused = organisation.flowLog().filter(({ result }) => result === 'refused');
    // A strict edge refuses while the statement is older than the mapping, and says why.
    expect(refused.every(({ reason }) => strict && reason === 'egress-mismatch')).toBe(true);
  });

  it('a device that does nothing learns of another address of its NAT all the same', async () => {
    await start({}, {});
    const changedAt = Date.now();
    organisation.lab.renumber('nat1', nat1.other);
    await expect.poll(egress, patience).toEqual({ state: 'confirmed', address: nat1.other });
    const tookMs = Date.now() - changedAt;
    process.stdout.write(`another address of the NAT, nothing going on: known after ${tookMs} ms\n`);
    // An idle tunnel asks for a sign of life every 15 s; the witness would have been asked after 120 s.
    expect(tookMs).toBeLessThan(20_000);
  });
});
