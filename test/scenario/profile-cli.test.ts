// `opengsa profile …` as a person and a script run it: files, and where they matter real processes and pipes.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../support/client-command.ts';

const main = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opengsa-profile-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function profile(words: readonly string[]) {
  const [command = '', ...rest] = words;
  const environment = { INIT_CWD: folder, XDG_RUNTIME_DIR: folder };
  const all = ['profile', command, '--state-dir', folder, ...rest];
  const { code, stdout: output, stderr: errors } = await runCommand(all, environment);
  return { code, output, errors, lines: output.split('\n').slice(0, -1) };
}

/** The same as a process of its own, with `input` in its pipe. */
async function profileMain(words: readonly string[], input = '') {
  const [command = '', ...rest] = words;
  const child = spawn(process.execPath, [main, 'profile', command, '--state-dir', folder, ...rest], {
    stdio: 'pipe',
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, output, errors, lines: output.split('\n').slice(0, -1) };
}

const list = [
  {
    id: 1,
    serviceArea: 'Exchange',
    serviceAreaDisplayName: 'Exchange Online',
    urls: ['outlook.contoso.test'],
    ips: ['192.0.2.0/24', '2001:db8::/32'],
    tcpPorts: '80, 443',
    category: 'Optimize',
    required: true,
  },
];

async function file(name: string, value: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(value));
  return path;
}

describe('opengsa profile test', () => {
  it('answers in a sentence, and with --json in one line per destination', async () => {
    const plain = await profile(['test', 'login.microsoftonline.com', 'example.com:80/tcp']);
    expect(plain.code).toBe(0);
    expect(plain.lines).toHaveLength(2);
    expect(plain.lines[0]).toContain('forwarded through the tunnel');
    expect(plain.lines[1]).toContain('no rule');
    const json = await profile(['test', '--json', 'Login.MicrosoftOnline.com:443/TCP']);
    expect(JSON.parse(json.output)).toMatchObject({
      match: {
        serviceArea: 'Common',
        category: 'Allow',
        endpointSetId: 56,
        destination: 'login.microsoftonline.com',
      },
      action: 'forward',
      authentication: 'sign-in',
      reason: 'rule-forward',
    });
  });

  it('takes a raw endpoint list and answers every line in order, malformed ones too', async () => {
    const path = await file('list.json', list);
    const questions = [
      '{"host":"OUTLOOK.contoso.test.","port":443,"protocol":"TCP"}',
      'not json',
      '',
      '{"host":"192.0.2.7","port":80,"protocol":"tcp"}',
      '{"host":"192.0.2.07","port":80,"protocol":"tcp"}',
      '{"host":"[2001:db8::1]","port":80,"protocol":"tcp"}',
      '{"host":"2001:db8::1","port":80,"protocol":"tcp"}',
      '{"host":"outlook.contoso.test","port":443,"protocol":"udp"}',
      '{"host":"outlook.contoso.test","port":0,"protocol":"tcp"}',
      '{"host":"outlook.contoso.test","protocol":"tcp"}',
      '[]',
      'null',
      '{"host":"b\u2028","port":443,"protocol":"tcp"}',
    ];
    const { code, lines } = await profileMain(['test', '--profile', path, '-'], questions.join('\r\n'));
    expect(code).toBe(0);
    const answers = lines.map((line) => JSON.parse(line) as { match: unknown; reason: string });
    expect(answers).toHaveLength(questions.length);
    expect(answers[0]).toEqual({
      host: 'OUTLOOK.contoso.test.',
      port: 443,
      protocol: 'TCP',
      match: {
        serviceArea: 'Exchange',
        category: 'Optimize',
        endpointSetId: 1,
        destination: 'outlook.contoso.test',
        ruleId: 'm365-1-fqdn-tcp',
        policy: 'Exchange Online',
      },
      action: 'forward',
      authentication: null,
      reason: 'rule-forward',
    });
    const matched = answers.map(({ match }) => match !== null);
    expect(matched).toEqual([
      true,
      false,
      false,
      true,
      ...[false, false, true],
      ...Array<boolean>(6).fill(false),
    ]);
    expect(answers[7]?.reason).toBe('no-rule');
    for (const i of [1, 2, 4, 5, 8, 9, 10, 11, 12]) expect(answers[i]?.reason).toMatch(/^malformed: /);
  });

  it('streams as many lines as come', async () => {
    const line = '{"host":"login.microsoftonline.com","port":443,"protocol":"tcp"}\n';
    const { code, lines } = await profileMain(['test', '-'], line.repeat(50_000));
    expect(code).toBe(0);
    expect(lines).toHaveLength(50_000);
    expect(new Set(lines).size).toBe(1);
  });

  it('exits 2 for what is no destination, and 1 for a profile that does not parse', async () => {
    expect(await profileMain(['test', 'not a host'])).toMatchObject({ code: 2, output: '' });
    expect((await profile(['test'])).code).toBe(2);
    const path = await file('bad.json', [{ ...list[0], ips: ['192.0.2.1/24'] }]);
    const refused = await profileMain(['test', '--profile', path, 'a.test']);
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain('[0].ips[0]');
    expect(refused.errors.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('opengsa profile import, list, export and diff', () => {
  it('keeps what it imports and gives it back in every format', async () => {
    const path = await file('Contoso list.json', list);
    expect((await profile(['import', path])).code).toBe(0);
    const listed = JSON.parse((await profile(['list', '--json'])).output) as { profiles: { name: string }[] };
    expect(listed).toMatchObject({ from: 'files' });
    expect(listed.profiles.map(({ name }) => name).sort()).toEqual(['contoso-list', 'microsoft']);
    expect((await profile(['list'])).lines.at(-1)).toMatch(/^No agent runs here/);
    expect((await profile(['test', 'outlook.contoso.test'])).output).toContain('forwarded');
    const canonical = await profile(['export', 'contoso-list', '--format', 'json']);
    expect(JSON.parse(canonical.output)).toMatchObject({
      policies: [{ name: 'Exchange Online', rules: [{ ports: ['80', '443'] }, { ruleType: 'ipSubnet' }] }],
    });
    const graph = await profile(['export', 'contoso-list', '--format', 'graph']);
    const graphFile = await file('graph.json', JSON.parse(graph.output));
    const same = await profile(['diff', '--json', graphFile, graphFile]);
    expect(JSON.parse(same.output)).toEqual({ changes: [] });
    const pac = await profile(['export', 'contoso-list', '--format', 'pac']);
    expect(pac.output).toContain('function FindProxyForURL');
    expect(pac.output).toContain('outlook.contoso.test');
  });

  it('refuses a faulty file with the path of the fault and leaves the one in force alone', async () => {
    const path = await file('own.json', list);
    await profile(['import', path, '--name', 'own']);
    const stored = join(folder, 'profiles', 'own.json');
    const before = await readFile(stored, 'utf8');
    const canonical = JSON.parse(before) as { policies: { rules: { ports: string[] }[] }[] };
    canonical.policies[0]!.rules[0]!.ports[1] = 'https';
    const refused = await profile(['import', await file('faulty.json', canonical), '--name', 'own']);
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain('policies[0].rules[0].ports[1]');
    expect(await readFile(stored, 'utf8')).toBe(before);
  });
});
