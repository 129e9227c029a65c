// Which address each destination will see, asked of a real agent at a real edge, and verified behind each path: HAProxy
// that is told by a PROXY header, services behind an anchor and a plain relay, and one that is reached directly.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HealthCheck, healthReport } from '../../protocol/health-report.ts';
import type { SeenAs, Verification } from '../../protocol/seen-as.ts';
import { seenAsReport, type SeenAsReport } from '../../protocol/seen-as-report.ts';
import { runClientIn } from '../support/client-command.ts';
import { addresses, type Contoso, startContoso } from '../support/contoso.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { closedPort } from '../support/origins.ts';
import { createPki } from '../support/pki.ts';
import { createProgramGroup, edgeMain, pinnedNode, type ProgramGroup } from '../support/processes.ts';
import { startHaproxy } from '../support/receivers.ts';
import { type Reflector, startReflector } from '../support/reflector.ts';

const haproxy = installedProgram('haproxy');
const names = ['told', 'anchored', 'stand-in', 'relayed', 'closed'].map((name) => `${name}.contoso.test`);
/** A destination for each path of the reflector that is not an answer. */
const faults = [
  'liar',
  'silent',
  'slow-body',
  'endless',
  'endless-header',
  'page',
  'redirect',
  'broken',
] as const;

let group: ProgramGroup;
let contoso: Contoso;
let reflector: Reflector;

beforeAll(async () => {
  group = createProgramGroup();
  const pki = createPki();
  const identity = pki.ca.issue('reflection', { usage: 'server', names: [...names, '127.0.0.1'] });
  const ca = join(group.folder, 'reflection-ca.pem');
  writeFileSync(ca, pki.ca.cert);
  reflector = await startReflector(identity);
  const told =
    haproxy === null ? null : await startHaproxy({ group, program: haproxy, identity, says: '%[src]' });
  const upstream = { address: reflector.host, port: reflector.port };
  const relayed = 'https://relayed.contoso.test';
  contoso = await startContoso({
    group,
    classes: [
      ...(told === null
        ? []
        : [
            {
              match: 'told.contoso.test',
              class: 'proxy-v2',
              upstream: { address: told.host, port: told.port },
            },
          ]),
      { match: 'anchored.contoso.test', class: 'anchor', egress: { ipv4: '127.20.0.9' }, upstream },
      { match: 'stand-in.contoso.test', class: 'anchor', upstream },
      { match: 'relayed.contoso.test', class: 'opaque', upstream },
      {
        match: 'closed.contoso.test',
        class: 'opaque',
        upstream: { address: '127.0.0.1', port: await closedPort() },
      },
      { match: '*.sharepoint.com', class: 'direct' },
    ],
    agentSettings: {
      customRules: [{ name: 'Contoso', destinations: ['login.contoso.test', '*.contoso.test'] }],
      reflections: [
        { url: 'https://told.contoso.test/', ca },
        { url: 'https://anchored.contoso.test/', ca },
        { url: `${relayed}/`, ca },
        { url: 'https://stand-in.contoso.test/', destinations: ['login.microsoftonline.com'], ca },
        {
          url: `https://127.0.0.1:${reflector.port}/`,
          destinations: ['*.sharepoint.com', 'cross.contoso.test'],
          ca,
        },
        { url: 'https://closed.contoso.test/', ca },
        ...faults.map((name) => ({ url: `${relayed}/${name}`, destinations: [`${name}.contoso.test`], ca })),
        { url: `${relayed}/`, destinations: ['stranger.contoso.test'] },
      ],
    },
  });
}, 60_000);

afterAll(async () => {
  await group.end();
  await reflector.close();
});

const patience = { timeout: 25_000, interval: 250 };

describe('verified', () => {
  test.skipIf(haproxy === null)(
    'the address that HAProxy is told is the one that was predicted',
    async () => {
      expect(await verified('told.contoso.test')).toMatchObject({
        ...{ path: 'edge', class: 'proxy-v2', whose: 'own', basis: 'observed', reason: 'address-passed-on' },
        edge: { ipv4: addresses.edge },
        addresses: { ipv4: { address: addresses.workstation }, ipv6: { state: 'none' } },
        verification: { kind: 'agrees', address: addresses.workstation },
      });
    },
  );

  test.skipIf(haproxy === null)('with signalling off HAProxy sees the edge, as predicted', async () => {
    await contoso.setRestoration('off');
    await expect.poll(async () => (await contoso.status()).signaling, patience).toBe('disabled');
    expect(await verified('told.contoso.test')).toMatchObject({
      ...{ class: 'proxy-v2', whose: 'edge', basis: 'observed', reason: 'signaling-disabled' },
      verification: { kind: 'agrees', address: addresses.edge },
    });
    await contoso.setRestoration('on');
    await expect.poll(async () => (await contoso.status()).signaling, patience).toBe('enabled');
    expect((await ask('told.contoso.test')).destinations).toMatchObject([
      { basis: 'predicted', verification: null },
    ]);
  });

  test('an anchor shows its own address, a plain relay the edge', async () => {
    expect(await verified('anchored.contoso.test')).toMatchObject({
      ...{ class: 'anchor', whose: 'edge', addresses: { ipv4: { address: '127.20.0.9' } } },
      verification: { kind: 'agrees', address: '127.20.0.9' },
    });
    expect(await verified('relayed.contoso.test')).toMatchObject({
      ...{ class: 'opaque', whose: 'edge', addresses: { ipv4: { address: addresses.edge } } },
      verification: { kind: 'agrees', address: addresses.edge },
    });
  });

  test('a service on the same path stands for Entra ID and SharePoint, which say nothing themselves', async () => {
    expect(await verified('login.microsoftonline.com')).toMatchObject({
      ...{ label: 'Entra ID', path: 'edge', class: 'anchor', whose: 'edge', basis: 'observed' },
      verification: { kind: 'agrees', address: addresses.edge, url: 'https://stand-in.contoso.test/' },
    });
    expect(await verified('any.sharepoint.com')).toMatchObject({
      ...{ path: 'direct', class: 'direct', whose: 'own' },
      verification: { kind: 'agrees', address: addresses.workstation },
    });
  });

  test('is shown in the status while it is true', async () => {
    const heard = async () =>
      (await contoso.status()).seenAs.find(({ label }) => label === 'Entra ID')?.verification;
    expect(await heard()).toMatchObject({ kind: 'agrees' });
    expect((await opengsa('pause')).code).toBe(0);
    expect(await heard()).toBeNull();
    expect((await opengsa('resume')).code).toBe(0);
    await knowsTheView();
  });

  test('the question is a flow like an application’s, and its record says whose', async () => {
    const flows = (await contoso.flows()).filter(({ via }) => via === 'verification');
    expect(flows.find(({ destination }) => destination === 'anchored.contoso.test:443')).toMatchObject({
      ...{ action: 'tunnel', reason: 'rule-forward', edge: matching(/./) },
    });
    expect(flows.filter(({ state }) => state === 'open')).toEqual([]);
  });
});

describe('a service that is no help has a name for it, in bounded time', () => {
  test('every fault at once', async () => {
    const began = performance.now();
    const report = await ask('--verify', ...faults.map((name) => `${name}.contoso.test`));
    expect(performance.now() - began).toBeLessThan(12_000);
    const heard: Record<string, unknown> = Object.fromEntries(
      report.destinations.map((one) => [one.destination.split('.')[0] ?? '', said(one)]),
    );
    expect(heard).toEqual({
      liar: 'differs 203.0.113.99',
      silent: 'timeout no answer within 5 s',
      'slow-body': 'timeout no answer within 5 s',
      endless: 'unexpected-answer the answer is longer than 4096 bytes',
      'endless-header': matching(/^unexpected-answer /),
      page: 'unexpected-answer the answer is a web page',
      redirect: 'unexpected-answer relayed.contoso.test answered 302',
      broken: matching(/^unreachable /),
    });
    for (const one of report.destinations) expect(one.basis).toBe('predicted');
    const open = (await contoso.flows()).filter(
      ({ via, state }) => via === 'verification' && state === 'open',
    );
    expect(open).toEqual([]);
  });

  test.each<[string, RegExp]>([
    ['closed.contoso.test', /^(refused|unreachable) .*connect-refused/],
    ['stranger.contoso.test', /^untrusted /],
    [
      'cross.contoso.test',
      /^other-path 127\.0\.0\.1 is reached directly, and this destination goes through the edge/,
    ],
    ['nobody.contoso.test', /^no-reflection/],
  ])('%s', async (host, expected) => {
    const before = reflector.askedBy.length;
    expect(said(await verified(host))).toMatch(expected);
    expect(reflector.askedBy.length).toBe(before);
  });
});

describe('as text', () => {
  test('the list names the alarm, the own services, the group and the hosts of sign-in', async () => {
    const { stdout, code } = await opengsa('seen-as');
    expect(code).toBe(0);
    expect(stdout).toContain(
      `One tenant will see several addresses. Sign-in, Graph and Exchange will see ${addresses.edge}, SharePoint will see ${addresses.workstation}.`,
    );
    expect(stdout).toMatch(/What to do: Ask Contoso IT to send all of them one way/);
    expect(stdout).toMatch(
      /^login\.contoso\.test +edge +proxy-v2 +127\.10\.0\.7 \(yours\) +in Contoso head office \(trusted\) +127\.20\.0\.1 +\[1\]$/m,
    );
    expect(stdout).toMatch(/^\*\.sharepoint\.com \(SharePoint\) +direct +direct +127\.10\.0\.7 \(yours\)/m);
    expect(stdout).toMatch(/^login\.microsoft\.com and \d+ more \(sign-in\) /m);
    expect(stdout).toMatch(/^device\.login\.microsoftonline\.com and \d+ more \(devices\) /m);
    expect(stdout).toMatch(/^\[1\] The edge states your address to it\.$/m);
    expect(stdout).toMatch(/^Named locations: 1 told by the edge\.$/m);
  });

  test.each([
    [
      'https://login.contoso.test/x',
      'https://login.contoso.test/x: is a URL; ask for its host, login.contoso.test',
    ],
    ['not a host', 'not a host: is no host, host:port or address'],
    ['*.fabrikam.test', '*.fabrikam.test: is a pattern; ask for one host, such as any.fabrikam.test'],
  ])('%s is wrong usage', async (typed, message) => {
    const { code, stderr } = await opengsa('seen-as', 'login.contoso.test', typed);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `opengsa: ${message}\n` });
  });
});

describe('named locations', () => {
  const location = (cidrAddress: string) => ({
    '@odata.type': '#microsoft.graph.ipNamedLocation',
    displayName: 'Contoso edge',
    isTrusted: true,
    ipRanges: [{ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress }],
  });
  const germany = {
    '@odata.type': '#microsoft.graph.countryNamedLocation',
    displayName: 'Germany',
    countriesAndRegions: ['DE'],
  };

  test('an imported list is in force at once, a faulty one leaves it, and it can be forgotten', async () => {
    const verdict = async () => (await ask('graph.microsoft.com')).destinations[0]?.addresses.ipv4.verdict;
    expect(await verdict()).toEqual({ kind: 'outside' });
    const done = await importList({ value: [location('127.20.0.0/24'), germany] });
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toMatch(
      /^Imported 2 locations with 1 range from .*list\.json\. Kept and not judged.*Germany\.$/m,
    );
    const inside = {
      kind: 'inside',
      locations: [{ name: 'Contoso edge', trusted: true, source: 'imported' }],
    };
    expect(await verdict()).toEqual(inside);

    const refused = await importList({ value: [location('127.20.0.0/24'), location('127.20.0.0/40')] });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^opengsa: .*list\.json: value\[1\]\.ipRanges\[0\]\.cidrAddress: must be a range/,
    );
    const long = await importList({ value: [location('127.20.0.0/24')], padding: 'x'.repeat(1024 * 1024) });
    expect(long).toMatchObject({
      code: 1,
      stderr: matching(/list\.json: longer than 1024 KiB/),
    });
    expect(await verdict()).toEqual(inside);
    expect((await contoso.status()).locations).toMatchObject({
      edge: 1,
      imported: 2,
      notJudged: ['Germany'],
    });

    expect((await opengsa('locations', 'remove', 'Contoso edge')).code).toBe(0);
    expect(await verdict()).toEqual({ kind: 'outside' });
    expect((await opengsa('locations', 'clear')).code).toBe(0);
    expect((await contoso.status()).locations).toMatchObject({ edge: 1, imported: 0, importedAt: null });
  });

  function importList(value: unknown) {
    const file = join(group.folder, 'list.json');
    writeFileSync(file, JSON.stringify(value));
    return opengsa('locations', 'import', file);
  }
});

test('the alarm goes with its cause, and predictions stay true without an edge', async () => {
  expect((await ask()).mismatch).not.toBeNull();
  expect(await oneAddress()).toMatchObject({
    state: 'warning',
    measured: matching(/^Sign-in, Graph and Exchange will see .*, SharePoint will see .*\.$/),
    remedy: matching(/^Ask Contoso IT to send all of them one way/),
  });
  const port = /:(\d+)$/.exec((await contoso.status()).channels[0]?.edge ?? '')?.[1] ?? '';
  contoso.programs.edge.signal('SIGKILL');
  await contoso.programs.edge.ended;
  await expect.poll(async () => (await contoso.status()).connection.kind, patience).toBe('edge-unreachable');
  const lost = await ask('login.contoso.test');
  expect(lost).toMatchObject({
    mismatch: null,
    destinations: [{ path: 'blocked', reason: 'hardening-block', addresses: { ipv4: { state: 'none' } } }],
  });
  const file = join(group.folder, 'edge.yaml');
  const config = parseDocument(
    readFileSync(file, 'utf8').replace(/127\.20\.0\.254:\d+/, `127.20.0.254:${port}`),
  );
  const classes = (config.toJS() as { classes: { match: string }[] }).classes;
  config.set('classes', config.createNode(classes.filter(({ match }) => match !== '*.sharepoint.com')));
  writeFileSync(file, config.toString());
  const words = ['--config', file, '--state-dir', join(group.folder, 'edge-state')];
  await group.start(pinnedNode, [edgeMain, 'serve', ...words]).line(/ready/i);
  expect((await opengsa('connect')).code).toBe(0);
  await knowsTheView();
  const back = await ask();
  expect(back.mismatch).toBeNull();
  expect(await oneAddress()).toMatchObject({ state: 'ok', remedy: null });
  const tenant = back.destinations.filter(({ group: member }) => member !== null);
  expect(tenant.map(({ addresses: { ipv4 } }) => ipv4.address)).toEqual(tenant.map(() => addresses.edge));
}, 90_000);

async function oneAddress(): Promise<HealthCheck | undefined> {
  const { stdout } = await opengsa('health', 'one-address', '--json');
  return healthReport.parse(JSON.parse(stdout)).checks[0];
}

async function verified(host: string): Promise<SeenAs> {
  const [one] = (await ask('--verify', host)).destinations;
  if (one === undefined) throw new Error(`no answer for ${host}`);
  return one;
}

/** A string that matches. */
function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

function said({ verification }: SeenAs): string {
  return verification === null ? 'nothing' : words(verification);
}

function words(verification: Verification): string {
  return verification.kind === 'not-verified'
    ? `${verification.reason} ${verification.detail}`
    : `${verification.kind} ${verification.address}`;
}

async function ask(...options: string[]): Promise<SeenAsReport> {
  const { stdout, stderr } = await opengsa('seen-as', '--json', ...options);
  if (stderr !== '') throw new Error(stderr);
  return seenAsReport.parse(JSON.parse(stdout));
}

function opengsa(...options: string[]) {
  return runClientIn(group, [...options, '--socket', 'agent.sock']);
}

/** The edge tells its view a moment after it is there; before that nothing is predicted through it. */
function knowsTheView(): Promise<void> {
  return expect
    .poll(() => contoso.status(), patience)
    .toMatchObject({ connection: { kind: 'connected' }, signaling: 'enabled' });
}
