// Programs as people use them, none with a proxy setting, through the whole agent that captures transparently: a browser
// that is offered QUIC, git, and a connection that outlives every change.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { hostnameRecord } from '../../protocol/hostname-record.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { startDnsmasq } from '../support/dns-server.ts';
import { publicKeyHash } from '../support/pki.ts';
import { labHosts, type LabOrganisation, startNatOrganisation } from '../support/lab-organisation.ts';
import { natAddresses, type NatLab, natLabObstacle } from '../support/nat-lab.ts';
import { within } from '../support/netlab.ts';
import { otherAccountsObstacle } from '../support/other-accounts.ts';
import { pinnedNode, type Program } from '../support/processes.ts';
import { startUplinkCapture } from '../support/uplink-capture.ts';

const missing = (['curl', 'nft', 'dnsmasq', 'setpriv', 'tcpdump', 'chromium', 'git'] as const).filter(
  (name) => installedProgram(name) === null,
);
const obstacle =
  natLabObstacle() ??
  otherAccountsObstacle() ??
  (missing.length > 0 ? `missing: ${missing.join(', ')}` : null);
if (obstacle !== null) process.stdout.write(`programs that are captured skipped: ${obstacle}\n`);

const [nameserver, nextNameserver] = [natAddresses.witness, natAddresses.origin];
const gitHost = 'git.contoso.test';
const gitPort = 8444;
const program = (name: string): string => join(import.meta.dirname, 'programs', name);
const person = { source: natAddresses.nat1.public };
const git = installedProgram('git') ?? '';
const quickly = { timeout: 10_000, interval: 50 };

describe.skipIf(obstacle !== null)('without any proxy setting', () => {
  let contoso: LabOrganisation<NatLab>;
  beforeAll(async () => {
    contoso = await startNatOrganisation(
      { nameserver },
      {
        capture: 'transparent',
        classes: [
          { match: gitHost, class: 'opaque', upstream: { address: natAddresses.origin, port: gitPort } },
        ],
        agent: {
          processes: 'uid',
          customRules: [
            { destinations: [labHosts.stating], authentication: 'sign-in' },
            { destinations: [gitHost] },
            { destinations: [labHosts.echo] },
          ],
        },
      },
    );
    const records = [labHosts.stating, labHosts.echo, gitHost, 'plain.test', 'late.test'].map(
      (name) => `--host-record=${name},${natAddresses.origin},${natAddresses.originIpv6}`,
    );
    const far = within(contoso.lab, 'far');
    await startDnsmasq(far, [nameserver, nextNameserver], 53, [...records, '--local=/test/']);
  }, 60_000);
  afterAll(() => contoso.end());

  const hostname = async (name: string) => {
    const { hostnames } = z
      .object({ hostnames: z.array(hostnameRecord) })
      .parse(JSON.parse(await contoso.opengsa('hostnames', '--json')));
    return hostnames.find((record) => record.name === name);
  };
  const flowsTo = async (destination: string) =>
    (await contoso.flows()).filter((flow) => flow.destination === destination);
  const curl = (...words: readonly string[]) =>
    contoso.lab.run('app', installedProgram('curl')!, ['-sS', ...words]);
  const signIn = async (): Promise<unknown> => {
    const args = ['-m', '20', '--cacert', contoso.authorityFile, `https://${labHosts.stating}/`];
    const { stdout, stderr } = await curl(...args);
    return stdout === '' ? stderr : JSON.parse(stdout);
  };
  const nft = (commands: string) => contoso.lab.run('app', installedProgram('nft')!, [commands]);

  describe('Chromium, offered HTTP/3 by the first answer,', () => {
    let loads: readonly z.infer<typeof load>[];
    let leaving: readonly string[];
    let quicAttempts: number;

    beforeAll(async () => {
      const { lab } = contoso;
      await nft(countQuicAttempts);
      const uplink = await startUplinkCapture(lab.router('nat1'), {
        interface: 'lan',
        from: [natAddresses.nat1.device, natAddresses.nat1.deviceIpv6],
        except: [natAddresses.edge, natAddresses.edgeIpv6],
      });
      const keyHash = publicKeyHash(readFileSync(join(lab.folder, 'origin.crt'), 'utf8'));
      const offering = `https://${labHosts.stating}/offers-quic`;
      // The last of no rule, as a control: what leaves is seen.
      const browser = await lab.run('app', pinnedNode, [
        ...[program('browse.ts'), installedProgram('chromium')!, keyHash],
        ...[offering, offering, `https://plain.test:${gitPort}/`],
      ]);
      loads = readLoads(browser.stdout);
      leaving = uplink.packets().map(({ to, text }) => `${to} ${text}`);
      expect(await uplink.stop()).toBe(0);
      const counted = await nft('list table ip attempts');
      quicAttempts = Number(/counter packets (\d+)/.exec(counted.stdout)?.[1]);
    }, 60_000);

    test('loads the page through the edge, which tells the address of the person', async () => {
      expect(loads.map(({ text }) => JSON.parse(text) as unknown)).toEqual([person, person]);
      expect((await flowsTo(`${labHosts.stating}:443`))[0]).toMatchObject(tunnelled);
    });

    test('tries QUIC, none of which leaves, and has the page by TCP at once', () => {
      expect(quicAttempts).toBeGreaterThan(0);
      expect(leaving.filter((packet) => / UDP|quic/i.test(packet))).toEqual([]);
      expect(loads[1]?.protocol).toMatch(/^(http\/1\.1|h2)$/);
      // Its patience with a silent UDP port is longer.
      expect(loads[1]?.ms).toBeLessThan(2_000);
    });

    test('asks for A, AAAA and HTTPS records, and the agent answers', async () => {
      expect(typesAsked(leaving, 'plain.test')).toEqual(['A', 'AAAA', 'HTTPS']);
      expect(await hostname(labHosts.stating)).toMatchObject({ acquired: true, questions: 3 });
      // The agent's own, for the real addresses.
      expect(typesAsked(leaving, labHosts.stating)).toEqual(['A', 'AAAA']);
    });
  });

  test('git clones a repository', async () => {
    const { lab, authorityFile } = contoso;
    const repositories = await serveRepository(lab);
    const clone = ['clone', '--quiet', `https://${gitHost}/example.git`, 'clone'];
    const env = { GIT_SSL_CAINFO: authorityFile };
    expect(await lab.run('app', git, clone, { env })).toMatchObject({ code: 0 });
    expect(readFileSync(join(lab.folder, 'clone/README'), 'utf8')).toBe('An example.\n');
    expect((await flowsTo(`${gitHost}:443`))[0]).toMatchObject(tunnelled);
    repositories.signal('SIGTERM');
  });

  test('a connection goes on through a new profile, a new nameserver and a foreign flush', async () => {
    const { lab } = contoso;
    const talking = lab.start('app', pinnedNode, [program('keep-talking.ts'), labHosts.echo, '443']);
    await talking.line(/^line 3$/);
    const goesOn = async (): Promise<void> => {
      const lines = talking.stdout().split('\n').length;
      await expect.poll(() => talking.stdout().split('\n').length, quickly).toBeGreaterThan(lines + 10);
      expect(talking.stdout()).not.toContain('over:');
    };
    const isAcquired = async (name: string): Promise<boolean | undefined> => {
      // Nobody listens there: the question is what matters.
      await curl('-m', '5', `https://${name}/`);
      return (await hostname(name))?.acquired;
    };
    expect(await isAcquired('late.test')).toBe(false);

    writeFileSync(join(lab.folder, 'late.json'), JSON.stringify(profileOf('late.test')));
    await contoso.opengsa('profile', 'import', 'late.json');
    await goesOn();
    await expect.poll(() => isAcquired('late.test'), quickly).toBe(true);

    lab.useNameserver(nextNameserver);
    await expect.poll(nameservers, quickly).toEqual([nextNameserver]);
    await goesOn();
    expect(await signIn()).toEqual(person);

    await nft('flush ruleset');
    await goesOn();
    await expect.poll(guards, quickly).toContain('table inet opengsa_guard');
    expect(await signIn()).toEqual(person);
    expect((await flowsTo(`${labHosts.stating}:443`))[0]).toMatchObject(tunnelled);
    await goesOn();
    talking.signal('SIGTERM');
  });

  const nameservers = async () => (await contoso.status()).capture.transparent?.nameservers;
  const guards = async () => (await nft('list tables')).stdout;
});

const tunnelled = { via: 'transparent', action: 'tunnel', reason: 'rule-forward' };

/** What programs try, before any rule of the agent sees it. */
const countQuicAttempts = [
  'add table ip attempts',
  'add chain ip attempts out { type filter hook output priority -300; }',
  'add rule ip attempts out ip daddr 6.6.0.0/16 udp dport 443 counter',
].join('; ');

const load = z.object({ text: z.string(), protocol: z.string(), ms: z.number() });

function readLoads(printed: string): z.infer<typeof load>[] {
  const lines = printed.split('\n').filter((line) => line.startsWith('loaded '));
  return lines.map((line) => load.parse(JSON.parse(line.slice('loaded '.length))));
}

/** The types of the questions for `name`, sorted; Chromium asks for HTTPS of another port by RFC 9460's prefix. */
function typesAsked(packets: readonly string[], name: string): readonly string[] {
  const asked = packets.flatMap((packet) => {
    const [, type = '', of = ''] = /\+ (\w+)\? (?:_\d+\._https\.)?(\S+)\. /.exec(packet) ?? [];
    return of === name ? [type.replace(/^Type65$/, 'HTTPS')] : [];
  });
  return [...new Set(asked)].sort();
}

/** A bare repository with one commit, as files of a web server (gitprotocol-http, the "dumb" kind). */
async function serveRepository(lab: NatLab): Promise<Program> {
  const run = async (...words: readonly string[]): Promise<void> => {
    const { code, stderr } = await lab.run('far', git, words);
    if (code !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`);
  };
  await run('init', '--quiet', 'work');
  writeFileSync(join(lab.folder, 'work/README'), 'An example.\n');
  await run('-C', 'work', 'add', 'README');
  const author = ['-c', 'user.name=Example', '-c', 'user.email=example@contoso.test'];
  await run('-C', 'work', ...author, 'commit', '--quiet', '--message', 'Begin');
  await run('clone', '--quiet', '--bare', 'work', 'repositories/example.git');
  await run('-C', 'repositories/example.git', 'update-server-info');
  const identity = ['origin.crt', 'origin.key'];
  const words = [natAddresses.origin, String(gitPort), ...identity, 'repositories'];
  const server = lab.start('far', pinnedNode, [program('static-files.ts'), ...words]);
  await server.line(/^ready$/);
  return server;
}

/** A profile that forwards one name. */
function profileOf(name: string): object {
  const rule = {
    ...{ id: 'late', name, action: 'forward', clientFallbackAction: 'bypass', category: 'default' },
    ...{ protocol: 'tcp', ports: ['443'], ruleType: 'fqdn', destinations: [{ value: name }] },
  };
  return {
    ...{ name: 'Late', state: 'enabled', version: '1', trafficForwardingType: 'private', priority: 10 },
    policies: [{ name: 'Late', state: 'enabled', rules: [rule] }],
  };
}
