// `opengsa collect-logs` on a real agent with a real edge behind which somebody signed in.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { healthCheckIds } from '../../protocol/health-checks.ts';
import { sessionChecks } from '../../protocol/health-report.ts';
import { logPreview } from '../../protocol/log-bundle.ts';
import { type CommandResult, runClientIn } from '../support/client-command.ts';
import { readBundleFile } from '../support/bundle-file.ts';
import { addresses, type Contoso, providerHost, startContoso } from '../support/contoso.ts';
import { agentMain, createProgramGroup, pinnedNode, type ProgramGroup } from '../support/processes.ts';

// Programs are started; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const planted = { password: 'planted-socks-password', query: 'planted-query-value' };
/** Of a rule that is too wide to publish it; the edge refuses it, and nobody asks for its address. */
const unpublished = 'clinic.example.invalid';

/** Named by the configuration alone. */
const directoryAccount = 'kerberos-dora';

let group: ProgramGroup;
let contoso: Contoso;

beforeAll(async () => {
  group = createProgramGroup();
  contoso = await startContoso({
    group,
    agentSettings: {
      capture: {
        ...{ http: '127.0.0.1:0', socks5: '127.0.0.1:0' },
        socks5Users: { someone: planted.password },
        transparent: { onlyUser: directoryAccount },
      },
      reflections: [{ url: `https://whoami.contoso.test/?key=${planted.query}` }],
      customRules: [
        { name: 'Contoso sign-in', destinations: [providerHost], authentication: 'sign-in' },
        { name: 'Everything else', destinations: ['*.invalid'], ports: [80] },
      ],
      log: { level: 'debug' },
    },
  });
  await contoso.signIn();
  // With something in its URL that is nobody's business.
  await group.run('/usr/bin/curl', [
    ...['--silent', '--max-time', '10', '--noproxy', '', '--proxy', contoso.proxy],
    `http://${unpublished}/?code=${planted.query}`,
  ]);
});
afterAll(() => group.end());

const collect = (...words: string[]): Promise<CommandResult> =>
  runClientIn(group, ['collect-logs', ...words, '--socket', 'agent.sock']);

const told = z.object({
  path: z.string(),
  fromAgent: z.boolean(),
  redacted: z.boolean(),
  parts: z.array(z.string()),
  leftOut: z.array(z.object({ part: z.string(), reason: z.string() })),
});

async function collected(...words: string[]): Promise<z.infer<typeof told> & { readonly text: string }> {
  const { code, stdout, stderr } = await collect('--json', ...words);
  expect([code, stderr]).toEqual([0, '']);
  const facts = told.parse(JSON.parse(stdout));
  return { ...facts, text: gunzipSync(readFileSync(facts.path)).toString() };
}

/** Of this device and this run; none may stand in any bundle. */
function secretsOfThisRun(): readonly string[] {
  const state = join(group.folder, 'agent-state');
  const key = readFileSync(join(group.folder, 'agent.sock.key'));
  const pac = z
    .object({ token: z.string() })
    .parse(JSON.parse(readFileSync(join(state, 'pac-token.json'), 'utf8')));
  const device = readFileSync(join(group.folder, 'device/device.key'), 'utf8').split('\n').slice(1, -2);
  return [pac.token, key.toString('hex'), key.toString('base64'), ...device, ...Object.values(planted)];
}

describe('with an agent', () => {
  test('the bundle holds the sign-in under stand-ins, for its owner alone, and no secret', async () => {
    const { path, text, redacted, parts, leftOut } = await collected();
    expect(path).toMatch(/opengsa-logs-\d{4}-\d\d-\d\d-\d{6}\.json\.gz$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([redacted, parts.length, leftOut]).toEqual([true, 11, []]);
    const bundle = readBundleFile(path);
    const signIns = bundle.flows?.filter(({ destination }) => destination === `${providerHost}:443`) ?? [];
    expect(signIns.length).toBeGreaterThan(0);
    expect(signIns[0]).toMatchObject({
      action: 'tunnel',
      egressObserved: bundle.status?.egress.ipv4.address,
    });
    expect(bundle.status).toMatchObject({
      connection: { kind: 'connected' },
      device: { name: expect.stringMatching(/^device-\d+$/) as string },
      egress: { ipv4: { state: 'confirmed', address: expect.stringMatching(/^address-\d+$/) as string } },
      edgeEgress: { ipv4: addresses.edge },
    });
    expect(bundle.flows?.map(({ destination }) => destination)).toContainEqual(
      expect.stringMatching(/^host-\d+:80$/),
    );
    expect(bundle.health?.checks.map(({ id }) => id)).toEqual(
      healthCheckIds.filter((id) => !sessionChecks.includes(id)),
    );
    expect(bundle.log?.some(({ message }) => message === 'agent runs')).toBe(true);
    expect(bundle.configuration).toMatchObject({ capture: { socks5Users: '1 users, not shown' } });
    const personal = [addresses.workstation, 'workstation-7', unpublished, directoryAccount];
    expect([...personal, ...secretsOfThisRun()].filter((canary) => text.includes(canary))).toEqual([]);
  });

  test('unredacted it names the address and the host, and still no secret', async () => {
    const { text, redacted } = await collected('--no-redact', '--output', 'all.json.gz');
    expect(redacted).toBe(false);
    expect([addresses.workstation, 'workstation-7', unpublished].every((one) => text.includes(one))).toBe(
      true,
    );
    expect(secretsOfThisRun().filter((canary) => text.includes(canary))).toEqual([]);
  });

  test('it says what it wrote, what was hidden and how to read it', async () => {
    mkdirSync(join(group.folder, 'for the helper'));
    const { stdout, code } = await collect('--output', 'for the helper');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Wrote .*\/for the helper\/opengsa-logs-.*\n {2}size +\S+ k?B, .* unpacked; only you/,
    );
    expect(stdout).toMatch(/\n {2}hidden +.*\d+ addresses.*\n {2}secrets +\d+ cut out\n/);
    const command = / {2}read it +(?<command>.*)\n$/.exec(stdout)?.groups?.command ?? '';
    const read = await group.run('/bin/sh', ['-c', command]);
    expect(JSON.parse(read.stdout)).toMatchObject({ version: 1, redacted: true });
  });

  test('a preview writes nothing, and tells each part with samples under stand-ins', async () => {
    const before = readdirSync(group.folder);
    const { stdout, code } = await collect('--preview', '--json');
    expect(code).toBe(0);
    const { parts } = logPreview.parse(JSON.parse(stdout));
    expect(parts).toHaveLength(11);
    expect(parts.find(({ name }) => name === 'flows')?.entries).toBeGreaterThan(0);
    expect(
      [addresses.workstation, unpublished, ...secretsOfThisRun()].filter((one) => stdout.includes(one)),
    ).toEqual([]);
    const shown = await collect('--preview');
    expect(shown.stdout).toMatch(/^PART +ENTRIES +SIZE +HIDDEN +HOLDS\nStatus +1 /);
    expect(shown.stdout).toMatch(/Nothing was written\./);
    expect(readdirSync(group.folder)).toEqual(before);
  });

  test('what stands in the way is named, and left alone', async () => {
    writeFileSync(join(group.folder, 'mine.gz'), 'mine');
    const there = await collect('--output', 'mine.gz');
    expect([there.code, there.stdout]).toEqual([1, '']);
    expect(there.stderr).toMatch(/^opengsa: .*mine\.gz: exists and is not overwritten; name another file\n$/);
    expect(readFileSync(join(group.folder, 'mine.gz'), 'utf8')).toBe('mine');
    expect((await collect('--output', 'none/x.gz')).stderr).toMatch(
      /none\/x\.gz: there is no such directory/,
    );
    expect((await collect('--output', '/sys')).stderr).toMatch(/^opengsa: \/sys\/.*may not write there/);
    const both = await collect('--preview', '--output', 'x.gz');
    expect(both.code).toBe(2);
    expect(both.stderr).toMatch(/'--preview' cannot be used with option '--output/);
  });
});

test('without an agent there are the machine and the health check, and that is said', async () => {
  const { code, stdout, stderr } = await group.run(pinnedNode, [
    ...[agentMain, 'collect-logs', '--json', '--socket', 'nobody.sock', '--output', 'alone.json.gz'],
  ]);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^opengsa: the agent does not run .* the machine's facts and the health check only\n$/,
  );
  expect(told.parse(JSON.parse(stdout))).toMatchObject({ fromAgent: false, parts: ['health', 'machine'] });
  const bundle = readBundleFile(join(group.folder, 'alone.json.gz'));
  expect(bundle.health?.checks[0]).toMatchObject({ id: 'agent-running', state: 'failed' });
  expect(bundle.leftOut).toContainEqual({ part: 'flows', reason: 'the agent could not be asked' });
});
