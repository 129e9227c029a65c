// A device that slept and one whose link flaps: nothing from before the interruption is stated, and what can last does.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedProgram } from '../support/debian-programs.ts';
import { labHosts, type LabOrganisation, startLabOrganisation } from '../support/lab-organisation.ts';
import { netlabAddresses, netlabObstacle } from '../support/netlab.ts';
import { pinnedNode } from '../support/processes.ts';

const [curl, ip] = [installedProgram('curl'), installedProgram('ip')];
const obstacle = netlabObstacle() ?? (curl === null ? 'missing: curl' : null);
if (obstacle !== null) process.stdout.write(`interruption laboratory skipped: ${obstacle}\n`);
const { device, roamed } = netlabAddresses;
const patience = { timeout: 30_000, interval: 100 };
/** Longer than what a busy machine may delay a look by. */
const sleepMs = 12_000;

describe.skipIf(obstacle !== null)('after', () => {
  let organisation: LabOrganisation;
  beforeEach(async () => {
    organisation = await startLabOrganisation({ delayMs: 5 });
    await expect.poll(address, patience).toEqual({ state: 'confirmed', address: device });
  });
  afterEach(() => organisation.end());

  async function address() {
    const { state, address: text } = (await organisation.status()).egress.ipv4;
    return { state, address: text };
  }

  /** Lets the agent stand still, does something meanwhile, and gives what a sign-in of that time is told at last. */
  async function sleep(meanwhile: () => void): Promise<unknown> {
    organisation.agent.signal('SIGSTOP');
    meanwhile();
    const signIn = organisation.signIn();
    await passes(sleepMs);
    organisation.agent.signal('SIGCONT');
    return signIn;
  }

  it('a sleep, a sign-in that waited for the agent carries no statement from before', async () => {
    const told = await sleep(() => undefined);
    // The edge still sees the address itself.
    expect(told).toEqual({ source: device });
    await expect.poll(() => organisation.flowLog().length, patience).toBe(1);
    expect(organisation.flowLog().at(-1)).toMatchObject({ attestedIpv4: null, statedAddress: device });
    await expect.poll(address, patience).toEqual({ state: 'confirmed', address: device });
  });

  it('a sleep in which the network changed, the address of before is stated no more', async () => {
    // The tunnel's path is gone, so the sign-in that waited may fail; what it must not is state the address of before.
    expect(await sleep(() => organisation.lab.roam(roamed))).not.toEqual({ source: device });
    await expect.poll(address, patience).toEqual({ state: 'confirmed', address: roamed });
    await expect.poll(() => organisation.signIn(), patience).toEqual({ source: roamed });
    const records = organisation.flowLog();
    expect(records.map(({ attestedIpv4 }) => attestedIpv4)).not.toContain(device);
    expect(records.map(({ statedAddress }) => statedAddress)).not.toContain(device);
  });

  it('a link that was down for a second and has the same address, open flows go on and the address is proved anew', async () => {
    const { lab, proxyPort } = organisation;
    const program = join(import.meta.dirname, 'programs/listen-through.ts');
    const listener = lab.start('app', pinnedNode, [program, String(proxyPort), `${labHosts.told}:443`]);
    await listener.line(/^flowing$/);
    const watch = organisation.watch();
    await expect.poll(() => watch.seen().length, patience).toBeGreaterThan(0);
    const link = async (...args: string[]): Promise<void> => {
      const { code, stderr } = await lab.run('app', ip!, args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    };
    await link('link', 'set', 'eth0', 'down');
    await passes(1000);
    await link('link', 'set', 'eth0', 'up');
    await link('route', 'replace', 'default', 'dev', 'eth0');
    const upAt = Date.now();
    await expect
      .poll(() => watch.seen().some(({ egress }) => egress.ipv4.state !== 'confirmed'), patience)
      .toBe(true);
    await expect.poll(address, patience).toEqual({ state: 'confirmed', address: device });
    const proved = watch
      .seen()
      .find(({ at, egress }) => Date.parse(at) >= upAt && egress.ipv4.state === 'confirmed')!;
    process.stdout.write(`link flap: proved ${Date.parse(proved.at) - upAt} ms after it was up\n`);
    expect(Date.parse(proved.at) - upAt).toBeLessThan(1000);
    const [flow] = (await organisation.flows()).filter(
      ({ destination }) => destination === `${labHosts.told}:443`,
    );
    expect(flow).toMatchObject({ state: 'open' });
  });
});

function passes(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
