// Transparent capture beside the real systemd-resolved: programs ask its stub, or itself, and it asks the nameserver behind.
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installedProgram } from '../support/debian-programs.ts';
import { startDnsmasq } from '../support/dns-server.ts';
import { labHosts, type LabOrganisation, startNatOrganisation } from '../support/lab-organisation.ts';
import { natAddresses, type NatLab, natLabObstacle } from '../support/nat-lab.ts';
import { type Lab, within } from '../support/netlab.ts';
import { otherAccountsObstacle } from '../support/other-accounts.ts';
import { pinnedNode } from '../support/processes.ts';

const needed = ['curl', 'dig', 'nft', 'dnsmasq', 'setpriv', 'unshare', 'nsenter', 'mount'] as const;
const missing = [...needed, 'systemd-resolved' as const].filter((name) => installedProgram(name) === null);
const obstacle =
  natLabObstacle() ??
  otherAccountsObstacle() ??
  (missing.length > 0 ? `missing: ${missing.join(', ')}` : null);
if (obstacle !== null) process.stdout.write(`capture beside systemd-resolved skipped: ${obstacle}\n`);

const stub = '127.0.0.53';
const behind = natAddresses.witness;
const synthetic = /^6\.6\.\d+\.\d+$/;
const program = (name: string): string => `${import.meta.dirname}/programs/${name}`;

describe.skipIf(obstacle !== null)('beside systemd-resolved', () => {
  let contoso: LabOrganisation<NatLab>;
  let inside: readonly [string, ...string[]];
  beforeAll(async () => {
    const enter = async (lab: Lab): Promise<readonly [string, ...string[]]> => {
      await startDnsmasq(within(lab, 'far'), [behind], 53, [
        `--host-record=${labHosts.stating},${natAddresses.origin},${natAddresses.originIpv6}`,
        `--host-record=plain.test,${natAddresses.origin},${natAddresses.originIpv6}`,
        '--local=/test/',
      ]);
      return (inside = await startResolved(lab));
    };
    contoso = await startNatOrganisation({ nameserver: stub }, { capture: 'transparent', enter });
  }, 60_000);
  afterAll(() => contoso.end());

  const run = async (command: string, ...words: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await contoso.lab.run('app', command, words);
    return `${stdout}${stderr}`.trim();
  };
  /** Of the nameserver in resolv.conf. */
  const dig = (...question: readonly string[]) =>
    run(installedProgram('dig')!, '+tries=1', '+time=5', '+short', ...question);
  const askResolved = (name: string) => {
    const [command, ...words] = inside;
    return run(command, ...words, pinnedNode, program('ask-resolved.ts'), name);
  };

  test('the stub and the nameserver behind it are captured', async () => {
    expect((await contoso.status()).capture.transparent).toMatchObject({
      state: 'on',
      nameservers: [stub, behind],
      obstacles: [],
    });
  });

  test('a name of a rule has its synthetic address at the stub, and no other record', async () => {
    expect(await dig(labHosts.stating)).toMatch(synthetic);
    expect(await dig(labHosts.stating, 'AAAA')).toBe('');
    expect(await dig(labHosts.stating, 'HTTPS')).toBe('');
  });

  test('resolved itself gives the same address to those who ask it without DNS', async () => {
    expect(await askResolved(labHosts.stating)).toBe(await dig(labHosts.stating));
    expect(await askResolved('plain.test')).toBe(natAddresses.origin);
  });

  test('any other name is what the nameserver behind says', async () => {
    expect(await dig('plain.test')).toBe(natAddresses.origin);
    expect(await dig('plain.test', 'AAAA')).toBe(natAddresses.originIpv6);
    expect(await run(installedProgram('dig')!, '+tries=1', '+time=5', 'none.test')).toContain(
      'status: NXDOMAIN',
    );
  });

  test('a sign-in is told the address of the person', async () => {
    const args = ['-sS', '-m', '20', '--cacert', contoso.authorityFile, `https://${labHosts.stating}/`];
    expect(JSON.parse(await run(installedProgram('curl')!, ...args))).toEqual({
      source: natAddresses.nat1.public,
    });
    expect((await contoso.flows())[0]).toMatchObject({
      via: 'transparent',
      destination: `${labHosts.stating}:443`,
      action: 'tunnel',
    });
  });
});

/** Resolves when it listens, with the command that runs others where its /run is. */
async function startResolved(lab: Lab): Promise<readonly [string, ...string[]]> {
  const preparing = [pinnedNode, program('resolved-host.ts'), installedProgram('mount')!, behind];
  const host = lab.start('app', installedProgram('unshare')!, ['--mount', ...preparing]);
  await host.line(/^ready$/);
  // ip and unshare become what they start, so the process is still the same.
  const enter = [installedProgram('nsenter')!, `--target=${host.pid}`, '--mount', '--wd'] as const;
  const [command, ...words] = enter;
  const resolved = lab.start('app', command, [...words, installedProgram('systemd-resolved')!]);
  const ended = resolved.ended.then(({ stderr }) => Promise.reject(new Error(`resolved ended: ${stderr}`)));
  ended.catch(() => undefined);
  // Written when the stub is there.
  const stubFile = `/proc/${host.pid}/root/run/systemd/resolve/stub-resolv.conf`;
  while (!existsSync(stubFile)) await Promise.race([ended, setTimeout(20)]);
  return enter;
}
