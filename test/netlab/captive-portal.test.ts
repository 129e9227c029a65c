// A network that wants a sign-in first, and one that leads nowhere: what is shown, what stays blocked, and the way back.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Status } from '../../protocol/status.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { labHosts, type LabOrganisation, startLabOrganisation } from '../support/lab-organisation.ts';
import { netlabAddresses, netlabObstacle } from '../support/netlab.ts';
import { createPki, writeIdentity } from '../support/pki.ts';
import { pinnedNode } from '../support/processes.ts';

const [curl, nft, ip] = [installedProgram('curl'), installedProgram('nft'), installedProgram('ip')];
const obstacle = netlabObstacle() ?? (curl === null || nft === null ? 'missing: curl or nft' : null);
if (obstacle !== null) process.stdout.write(`captive portal laboratory skipped: ${obstacle}\n`);
const { device, roamed, origin } = netlabAddresses;
const patience = { timeout: 40_000, interval: 100 };
const page = `http://${origin}:8880/login`;

/** Rules for devices that have not signed in at the portal: how it treats what is neither HTTP nor its own. */
const treatments = {
  drops: 'tcp dport 8443 drop',
  refuses: 'tcp dport 8443 reject with tcp reset',
  impersonates: '',
} as const;

describe.skipIf(obstacle !== null)('in a laboratory', () => {
  let organisation: LabOrganisation;
  beforeEach(async () => {
    organisation = await startLabOrganisation({ delayMs: 5 });
    await expect.poll(egress, patience).toEqual({ state: 'confirmed', address: device });
  });
  afterEach(() => organisation.end());

  async function egress() {
    const { state, address } = (await organisation.status()).egress.ipv4;
    return { state, address };
  }

  const kind = async (): Promise<Status['connection']['kind']> =>
    (await organisation.status()).connection.kind;

  async function rules(text: string): Promise<void> {
    const { code, stderr } = await organisation.lab.run('far', nft!, ['-f', '-'], { input: text });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }

  /** Puts a portal before everything in the far network that lets nobody through but `guests`. */
  async function startPortal(treatment: keyof typeof treatments): Promise<void> {
    const { lab } = organisation;
    const other = createPki().rogue.issue('portal', { usage: 'server', names: ['portal.test'] });
    const { cert, key } = writeIdentity(lab.folder, 'portal', other);
    const program = join(import.meta.dirname, 'programs/captive-portal.ts');
    await lab.start('far', pinnedNode, [program, '8880', '8843', cert, key, page]).line(/^ready$/);
    const tls = treatment === 'impersonates' ? 'tcp dport 8443 redirect to :8843' : '';
    await rules(`
      table ip portal {
        set guests { type ipv4_addr; elements = { ${device} }; }
        chain before { type nat hook prerouting priority dstnat; ip saddr @guests accept; tcp dport 80 redirect to :8880; ${tls}; }
        chain gate { type filter hook input priority filter; ip saddr @guests accept; ${treatments[treatment]}; }
      }`);
  }

  async function throughProxy(url: string): Promise<string> {
    const proxy = `http://127.0.0.1:${organisation.proxyPort}`;
    const args = ['-sS', '--max-time', '8', '--proxy', proxy, url];
    const { stdout, stderr } = await organisation.lab.run('app', curl!, args);
    return stdout + stderr;
  }

  it.each(['drops', 'refuses', 'impersonates'] as const)(
    'a portal that %s what it does not know is named with its page, and all connects by itself after the sign-in',
    async (treatment) => {
      await startPortal(treatment);
      const watch = organisation.watch();
      await expect.poll(() => watch.seen().length, patience).toBeGreaterThan(0);
      organisation.lab.roam(roamed);
      const roamedAt = Date.now();
      await expect.poll(kind, patience).toBe('captive-portal');
      const shown = watch.seen().find(({ connection }) => connection.kind === 'captive-portal')!;
      expect(shown).toMatchObject({
        connection: { page },
        title: 'This network wants a sign-in',
        cause: `The internet check was sent to ${page}.`,
        remedy: 'Open the page.',
        shield: 'error',
      });
      // Blocked destinations stay blocked, and the portal's own page is within reach.
      expect(await throughProxy(`https://${labHosts.stating}/`)).toMatch(/403/);
      expect(await throughProxy(page)).toBe('<h1>Welcome</h1>');
      expect((await organisation.flows()).find((flow) => flow.destination.startsWith(origin))).toMatchObject({
        action: 'direct',
        reason: 'no-rule',
      });
      expect((await egress()).state).not.toBe('confirmed');

      await rules(`add element ip portal guests { ${roamed} }`);
      const openedAt = Date.now();
      await expect.poll(kind, patience).toBe('connected');
      await expect.poll(egress, patience).toEqual({ state: 'confirmed', address: roamed });
      const seen = watch.seen();
      const after = (wanted: (status: Status) => boolean): number =>
        Date.parse(seen.find((status) => Date.parse(status.at) >= openedAt && wanted(status))!.at) - openedAt;
      const connectedMs = after(({ connection }) => connection.kind === 'connected');
      process.stdout.write(
        `portal that ${treatment}: named ${Date.parse(shown.at) - roamedAt} ms after the roam, ` +
          `connected ${connectedMs} ms after it opened\n`,
      );
      // The longest wait between two questions, and the time to connect.
      expect(connectedMs).toBeLessThan(15_000);
    },
  );

  it('a network without a way out is said to be one, and nothing has to be done when it has one', async () => {
    const command = async (...args: string[]): Promise<void> => {
      const { code, stderr } = await organisation.lab.run('app', ip!, args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    };
    const watch = organisation.watch();
    const began = Date.now();
    await command('route', 'delete', 'default');
    await expect.poll(kind, patience).toBe('no-internet');
    const shown = watch.seen().find(({ connection }) => connection.kind === 'no-internet')!;
    expect(shown).toMatchObject({ title: 'No internet', shield: 'error' });
    expect(await throughProxy(`https://${labHosts.stating}/`)).toMatch(/403/);
    await command('route', 'replace', 'default', 'dev', 'eth0');
    const backAt = Date.now();
    await expect.poll(kind, patience).toBe('connected');
    await expect.poll(egress, patience).toEqual({ state: 'confirmed', address: device });
    const connected = watch
      .seen()
      .find(({ at, connection }) => Date.parse(at) >= backAt && connection.kind === 'connected')!;
    process.stdout.write(
      `no route: said after ${Date.parse(shown.at) - began} ms, ` +
        `connected ${Date.parse(connected.at) - backAt} ms after it came back\n`,
    );
    expect(Date.parse(connected.at) - backAt).toBeLessThan(3000);
  });

  it('an edge that is down behind an open network is an edge that is down', async () => {
    organisation.edge.signal('SIGKILL');
    await expect.poll(kind, patience).toBe('edge-unreachable');
    // Longer than a question takes: no portal and no lack of internet is made of it.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(await kind()).toBe('edge-unreachable');
  });
});
