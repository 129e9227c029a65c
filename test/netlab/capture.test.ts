// Transparent capture by the whole agent, as an account of its own: programs that know of no proxy, by name and by address,
// seen from both ends of the tunnel and from the network between.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hostnameRecord } from '../../protocol/hostname-record.ts';
import { healthReport } from '../../protocol/health-report.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { startDnsmasq } from '../support/dns-server.ts';
import { labHosts, type LabOrganisation, startNatOrganisation } from '../support/lab-organisation.ts';
import { natAddresses, type NatLab, natLabObstacle } from '../support/nat-lab.ts';
import { within } from '../support/netlab.ts';
import { otherAccountsObstacle } from '../support/other-accounts.ts';

const missing = (['curl', 'nft', 'dnsmasq', 'setpriv'] as const).filter(
  (name) => installedProgram(name) === null,
);
const obstacle =
  natLabObstacle() ??
  otherAccountsObstacle() ??
  (missing.length > 0 ? `missing: ${missing.join(', ')}` : null);
if (obstacle !== null) process.stdout.write(`transparent capture skipped: ${obstacle}\n`);

const nameserver = natAddresses.witness;
const patience = { timeout: 20_000, interval: 200 };
const synthetic = /^6\.6\.\d+\.\d+$/;

describe.skipIf(obstacle !== null)('an agent that captures transparently', () => {
  let contoso: LabOrganisation<NatLab>;
  beforeAll(async () => {
    contoso = await startNatOrganisation({ nameserver }, { capture: 'both', agent: { processes: 'uid' } });
    await startDnsmasq(within(contoso.lab, 'far'), [nameserver], 53, [
      `--host-record=${labHosts.stating},${natAddresses.origin},${natAddresses.originIpv6}`,
      `--host-record=other.test,${natAddresses.origin}`,
      '--host-record=localhost,127.0.0.1',
    ]);
  }, 60_000);
  afterAll(() => contoso.end());

  const curl = (...words: readonly string[]) =>
    contoso.lab.run('app', installedProgram('curl')!, ['-sS', '-m', '20', ...words]);
  const signIn = async (): Promise<unknown> => {
    const { stdout, stderr } = await curl('--cacert', contoso.authorityFile, `https://${labHosts.stating}/`);
    return stdout === '' ? stderr : JSON.parse(stdout);
  };
  const hostnames = async () =>
    hostnameRecord
      .array()
      .parse((JSON.parse(await contoso.opengsa('hostnames', '--json')) as { hostnames: unknown }).hostnames);

  test('a sign-in without any proxy setting is told the address of the person', async () => {
    expect(await signIn()).toEqual({ source: natAddresses.nat1.public });
    const [flow] = await contoso.flows();
    expect(flow).toMatchObject({
      via: 'transparent',
      destination: `${labHosts.stating}:443`,
      action: 'tunnel',
      reason: 'rule-forward',
    });
    await vi.waitFor(
      async () => expect((await contoso.flows())[0]).toMatchObject({ process: { uid: 0 }, state: 'closed' }),
      patience,
    );
  });

  test('the name stands in the table with its address, its real one and who asked', async () => {
    const found = (await hostnames()).find(({ name }) => name === labHosts.stating);
    expect(found).toMatchObject({ acquired: true, originalAddress: natAddresses.origin });
    expect(found?.syntheticAddress).toMatch(synthetic);
    const text = await contoso.opengsa('hostnames', '--acquired');
    expect(text).not.toContain('by proxy only');
    expect(text).toContain(labHosts.stating);
  });

  test('a name that no rule names is answered by its nameserver', async () => {
    await curl('-o', '/dev/null', `http://other.test:${contoso.echoPort}/`);
    expect((await hostnames()).find(({ name }) => name === 'other.test')).toMatchObject({
      acquired: false,
      syntheticAddress: null,
    });
  });

  test('a paused agent lets programs go directly, also to an address that they remember', async () => {
    const remembered = (await hostnames()).find(({ name }) => name === labHosts.stating)?.syntheticAddress;
    await contoso.opengsa('pause', '--minutes', '5');
    expect((await contoso.status()).capture.transparent).toMatchObject({ state: 'idle', nameservers: [] });
    const resolved = `${labHosts.stating}:443:${remembered ?? ''}`;
    await curl('--resolve', resolved, '--cacert', contoso.authorityFile, `https://${labHosts.stating}/`);
    expect((await contoso.flows())[0]).toMatchObject({
      via: 'transparent',
      destination: `${labHosts.stating}:443`,
      ...{ action: 'direct', reason: 'paused' },
    });
    await contoso.opengsa('resume');
    await vi.waitFor(
      async () => expect((await contoso.status()).capture.transparent?.state).toBe('on'),
      patience,
    );
  });

  test('the status and the health checks say what is captured', async () => {
    const { capture } = await contoso.status();
    expect(capture).toMatchObject({
      mode: 'both',
      transparent: { state: 'on', nameservers: [nameserver], obstacles: [] },
    });
    expect(capture.transparent?.subnets.ipv4).toBeGreaterThan(20);
    const { stdout } = await contoso.lab.run('app', process.execPath, [
      ...[
        new URL('../../agent/main.ts', import.meta.url).pathname,
        'health',
        '--json',
        '--socket',
        'agent.sock',
      ],
    ]);
    const { checks } = healthReport.parse(JSON.parse(stdout));
    const failed = checks.filter(({ state }) => state === 'failed').map(({ id, measured }) => [id, measured]);
    expect(failed).toEqual([]);
    expect(checks.find(({ id }) => id === 'synthetic-address')).toMatchObject({ state: 'ok' });
  });

  const obstacles = async () =>
    (await contoso.status()).capture.transparent?.obstacles.map(({ code }) => code);
  const nft = (...words: readonly string[]) =>
    contoso.lab.run('app', installedProgram('nft')!, words).then(({ stdout }) => stdout);

  test('a link-local name server is asked past the agent, and named', async () => {
    contoso.lab.useNameserver('fe80::53%eth0');
    await vi.waitFor(async () => expect(await obstacles()).toEqual(['nameserver-out-of-reach']), patience);
    expect((await contoso.status()).capture.transparent).toMatchObject({ state: 'on', nameservers: [] });
    expect(await nft('list', 'map', 'inet', 'opengsa', 'nameservers6')).not.toContain('fe80');
    contoso.lab.useNameserver(nameserver);
    await vi.waitFor(async () => expect(await obstacles()).toEqual([]), patience);
    expect(await signIn()).toEqual({ source: natAddresses.nat1.public });
  });

  test('what another program puts in the way is named, and no longer when that has gone', async () => {
    await nft('table inet other { chain out { type filter hook output priority raw; oif lo notrack; }; }');
    // A change of the network is a reason to look.
    await contoso.lab.run('app', installedProgram('ip')!, ['address', 'add', '192.0.2.9/26', 'dev', 'eth0']);
    await vi.waitFor(async () => expect(await obstacles()).toEqual(['connections-untracked']), patience);
    expect((await contoso.status()).capture.transparent?.state).toBe('failed');
    await nft('delete', 'table', 'inet', 'other');
    await vi.waitFor(async () => expect(await obstacles()).toEqual([]), patience);
    expect((await contoso.status()).capture.transparent?.state).toBe('on');
  });

  test('SIGTERM with a flow that does not end leaves no rule and no route behind', async () => {
    const endless = contoso.lab.start('app', installedProgram('curl')!, [
      ...['-sN', `telnet://${labHosts.ticker}:443`],
    ]);
    await vi.waitFor(() => expect(endless.stdout()).not.toBe(''), patience);
    contoso.agent.signal('SIGTERM');
    await endless.ended;
    expect(await contoso.agent.ended).toMatchObject({ code: 0 });
    expect(await nft('list', 'ruleset')).toBe('');
    const routes = await contoso.lab.run('app', installedProgram('ip')!, ['route', 'show', 'proto', '66']);
    expect(routes.stdout).toBe('');
  });
});
