// Enrolment as people do it: an administrator invites, a person enrols with the text, and the agent connects.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { formatInvitation, parseInvitation } from '../../protocol/invitation.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { type CommandResult, runClientIn } from '../support/client-command.ts';
import { configureEdge, initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import { createLocalAgent, freePorts, type LocalAgent } from '../support/local-agent.ts';
import { patience } from '../support/patience.ts';
import {
  agentMain,
  cleanEnvironment,
  createProgramGroup,
  pinnedNode,
  type ProgramGroup,
} from '../support/processes.ts';

const enrolling = { listen: { tunnel: ['127.0.0.1:0'], enrollment: '127.0.0.1:0' } };
let group: ProgramGroup;
let device: LocalAgent;

beforeEach(() => {
  group = createProgramGroup();
  device = createLocalAgent();
});
afterEach(async () => {
  await device.group.end();
  await group.end();
});

async function invite(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runEdge(group, ['invite', ...words]);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

function enroll(text: string, ...words: string[]): Promise<CommandResult> {
  return runClientIn(device.group, ['enroll', ...words], text);
}

async function devices(): Promise<string> {
  const { stdout } = await runEdge(group, ['devices', 'list', '--json']);
  return stdout;
}

test('invite, enrol, start the agent: curl goes through the edge', async () => {
  const origin = createServer((_, response) => response.end('hello from the app'));
  const port = await listening(origin);
  try {
    await initEdge(group, {
      ...enrolling,
      classes: [
        {
          match: 'app.contoso.test',
          ports: [80],
          class: 'opaque',
          upstream: { address: '127.0.0.1', port },
        },
      ],
    });
    await serveEdge(group);
    const text = await invite('--name', 'laptop');
    expect(text.trim().split('\n')).toHaveLength(1);

    const done = await enroll(`Hello, here it is:\n\n${text}\nRegards\n`);
    expect([done.code, done.stderr]).toEqual([0, '']);
    const directory = join(device.stateDir, 'device');
    expect(done.stdout).toMatch(/^This computer is laptop of Contoso, until \d{4}-\d\d-\d\d\.\n/);
    expect(done.stdout).toContain(`Its key and certificate: ${directory}\n`);
    expect(readdirSync(directory).sort()).toEqual(['ca.crt', 'device.crt', 'device.key', 'edge.json']);
    for (const name of readdirSync(directory)) {
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(directory).mode & 0o777).toBe(0o700);

    device.configure(`${freePorts}customRules: [{ destinations: [app.contoso.test], ports: [80] }]\n`);
    const agent = await device.start();
    const [, proxy = ''] = /HTTP proxy ([\d.:]+)/.exec(agent.stdout()) ?? [];
    await expect.poll(async () => (await device.status()).connection.kind, patience).toBe('connected');
    const curl = await group.run('/usr/bin/curl', [
      ...['--silent', '--show-error', '--max-time', '15', '--proxytunnel', '--proxy', `http://${proxy}`],
      'http://app.contoso.test/',
    ]);
    expect([curl.stdout, curl.stderr]).toEqual(['hello from the app', '']);
    expect(await devices()).toContain('"name":"laptop"');

    // It is enrolled, and a second invitation is not even asked for.
    const again = await enroll('');
    expect([again.code, again.stderr]).toEqual([
      1,
      `opengsa: ${directory}: this device is enrolled already; to enrol it anew: opengsa enroll --replace\n`,
    ]);
  } finally {
    origin.close();
    origin.closeAllConnections();
  }
});

describe('an invitation that is not good', () => {
  test('is refused in one line, and nothing is enrolled', async () => {
    await initEdge(group, enrolling);
    await serveEdge(group);
    const text = (await invite('--json')).trim();
    const good = z.object({ text: z.string() }).parse(JSON.parse(text)).text;
    const refused = async (given: string, message: RegExp, ...words: string[]) => {
      const { code, stdout, stderr } = await enroll(given, ...words);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(existsSync(join(device.stateDir, 'device'))).toBe(false);
    };
    await refused('hello', /^opengsa: invitation: there is none in this text/);
    await refused(good.slice(0, 100), /^opengsa: invitation: it is cut off/);
    await refused(good.replace('opengsa1_e', 'opengsa1_f'), /^opengsa: invitation: it was damaged/);
    const notGood = /the invitation is not good: it is unknown, or was used, or was revoked, or has expired/;
    await refused(formatInvitation({ ...parseInvitation(good), secret: 'A'.repeat(43) }), notGood);
    const used = await enroll(good, '--state-dir', 'elsewhere', '--name', 'first', '--json');
    expect(JSON.parse(used.stdout)).toMatchObject({ device: 'first', organisation: 'Contoso' });
    await refused(good, notGood);
    const taken = await invite();
    await refused(taken, /a device named first exists: choose another with --name/, '--name', 'first');
    expect((await runEdge(group, ['invite', 'revoke', '2'])).stdout).toMatch(/cannot be used any more/);
    await refused(taken, notGood);
    const { stdout } = await runEdge(group, ['invite', 'list']);
    expect(stdout).toMatch(/^ +1 {2}used at .*any name\n +2 {2}revoked at .*any name\n$/);
    const known = z
      .object({ devices: z.array(z.object({ name: z.string() })) })
      .parse(JSON.parse(await devices()));
    expect(known).toEqual({ devices: [{ name: 'first' }] });
  });

  test('is not even sent to an edge of another authority', async () => {
    await initEdge(group, enrolling);
    await serveEdge(group);
    const invitation = parseInvitation(await invite());
    const foreign = formatInvitation({ ...invitation, authority: 'A'.repeat(43) });
    const { code, stderr } = await enroll(foreign);
    expect(code).toBe(1);
    expect(stderr).toMatch(/is not the edge of this invitation; nothing was sent/);
    // The invitation would still be good.
    expect((await runEdge(group, ['invite', 'list'])).stdout).toMatch(/good until/);
  });

  test('is not sent to a name that the certificate is not for', async () => {
    await initEdge(group, enrolling);
    await serveEdge(group);
    const invitation = parseInvitation(await invite());
    const url = invitation.url.replace('edge.contoso.test', 'other.contoso.test');
    const { code, stderr } = await enroll(formatInvitation({ ...invitation, url }));
    expect(code).toBe(1);
    expect(stderr).toMatch(/other\.contoso\.test:\d+ could not prove its identity; nothing was sent/);
  });

  test('and nobody there: the address is named', async () => {
    const { code, stderr } = await enroll(
      formatInvitation({
        url: 'https://edge.contoso.test:1',
        addresses: ['127.0.0.1'],
        secret: 'A'.repeat(43),
        authority: 'A'.repeat(43),
        expiresAt: '2026-06-01T00:00:00.000Z',
      }),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^opengsa: edge\.contoso\.test:1 cannot be reached: .*ECONNREFUSED/);
  });
});

test('an edge that takes no enrolments says so to its administrator', async () => {
  await initEdge(group);
  const { code, stderr } = await runEdge(group, ['invite']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^opengsa-edge: listen\.enrollment: is not set/);
  configureEdge(group, enrolling);
  expect((await runEdge(group, ['invite'])).stderr).toMatch(/port 0, .*start the edge first/);
  expect((await runEdge(group, ['invite', '--expires', 'soon'])).code).toBe(2);
  expect((await runEdge(group, ['invite', '--profile', 'Fabrikam'])).stderr).toMatch(
    /no profile named "Fabrikam" at this edge; there are: Microsoft traffic profile/,
  );
  expect((await runEdge(group, ['invite', 'revoke', '7'])).stderr).toMatch(/no unused invitation 7/);
});

const script = installedProgram('script');
test.skipIf(script === null)('typed at a prompt, it is not shown (Debian package bsdutils)', async () => {
  const { folder } = device.group;
  const child = spawn(
    script ?? '',
    ['-qec', `${pinnedNode} ${agentMain} enroll`, join(folder, 'typescript')],
    {
      env: cleanEnvironment(folder, {}),
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const ended = once(child, 'close');
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  try {
    // What is typed before the prompt stands there is the terminal's to show.
    await expect
      .poll(() => shown, patience)
      .toContain('Paste the invitation and press Enter; it is not shown:');
    child.stdin.write('opengsa1_c2VjcmV0.00000000\r');
    expect(await ended).toEqual([1, null]);
    expect(shown).toContain('invitation: it was damaged on the way');
    expect(shown).not.toContain('c2VjcmV0');
  } finally {
    child.kill('SIGKILL');
  }
});

function listening(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
}
