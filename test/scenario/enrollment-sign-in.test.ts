// People enrol their devices by signing in: the real programs, a real issuer, Chromium, and what the edge knows afterwards.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { formatInvitation, parseInvitation } from '../../protocol/invitation.ts';
import { configureEdge, initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import { createLocalAgent, freePorts, type LocalAgent } from '../support/local-agent.ts';
import { patience } from '../support/patience.ts';
import { personBrowser, visit } from '../support/person-browser.ts';
import { megan, personClient, type PersonIssuer, startPersonIssuer } from '../support/person-issuer.ts';
import {
  agentMain,
  createProgramGroup,
  pinnedNode,
  type Program,
  type ProgramGroup,
} from '../support/processes.ts';

/** Two programs, a browser, and a machine that may be busy. */
const patienceMs = 120_000;
let issuer: PersonIssuer;
let group: ProgramGroup;
let device: LocalAgent;
let text: string;
let edge: Program;

beforeAll(async () => {
  issuer = await startPersonIssuer();
  group = createProgramGroup();
  writeFileSync(join(group.folder, 'issuer-ca.pem'), issuer.ca);
  await initEdge(group, { listen: { tunnel: ['127.0.0.1:0'], enrollment: '127.0.0.1:0' } });
  configureEdge(group, {
    people: {
      issuers: [{ issuer: issuer.url, clientId: personClient, ca: 'issuer-ca.pem', nonce: 'required' }],
    },
    enrollment: { signIn: { devicesPerPerson: 2, maxAge: '5m' } },
  });
  ({ program: edge } = await serveEdge(group));
  text = (await runEdge(group, ['invite', '--sign-in'])).stdout;
}, patienceMs);
afterAll(async () => {
  await group.end();
  await issuer.close();
});
beforeEach(() => {
  device = createLocalAgent();
  writeFileSync(join(device.group.folder, 'issuer-ca.pem'), issuer.ca);
});
afterEach(() => device.group.end());

const told = z.record(z.string(), z.coerce.string());

/** What `opengsa enroll --json` prints first; it goes on until the person has signed in. */
async function beginEnrolling(
  ...words: string[]
): Promise<{ first: Record<string, string>; ended: Promise<{ code: number | null; said: string }> }> {
  const program = device.group.start(
    pinnedNode,
    [agentMain, 'enroll', '--json', '--no-open', '--issuer-ca', 'issuer-ca.pem', ...words],
    { input: text },
  );
  const first = told.parse(JSON.parse(await program.line(/"event"/)));
  const ended = program.ended.then(({ code, stdout, stderr }) => ({ code, said: stdout + stderr }));
  return { first, ended };
}

async function enrollInBrowser(...words: string[]) {
  const { first, ended } = await beginEnrolling(...words);
  const until = /This computer is/;
  const shown = await visit({ url: first.url ?? '', until, home: device.group.folder });
  return { asked: new URL(first.url ?? ''), shown, ...(await ended) };
}

function enroll(input: string, ...words: string[]) {
  return device.group.run(pinnedNode, [agentMain, 'enroll', ...words], { input });
}

const knownDevices = z.object({
  devices: z.array(
    z.object({
      name: z.string(),
      revokedAt: z.string().nullable(),
      owner: z.object({ name: z.string(), subject: z.string() }).nullable(),
    }),
  ),
});
async function devices() {
  const { stdout } = await runEdge(group, ['devices', 'list', '--json']);
  return knownDevices.parse(JSON.parse(stdout)).devices;
}

const inChromium = describe.skipIf(personBrowser === null);

inChromium('in Chromium (Debian package chromium)', { timeout: patienceMs }, () => {
  test('the person signs in, the computer is theirs, and its agent connects', async () => {
    const { asked, shown, code, said } = await enrollInBrowser('--name', 'laptop');
    expect(shown).toBe('This computer is laptop of Contoso. You can close this page.');
    expect([code, said.trim().split('\n')]).toEqual([
      0,
      [
        expect.stringMatching(/^\{"event":"browser".*"organisation":"Contoso"/),
        expect.stringMatching(/^\{"event":"enrolled".*"device":"laptop"/),
      ],
    ]);
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
    expect(asked.searchParams.get('max_age')).toBe('300');
    const directory = join(device.stateDir, 'device');
    expect(readdirSync(directory).sort()).toEqual(['ca.crt', 'device.crt', 'device.key', 'edge.json']);
    expect(statSync(join(directory, 'device.key')).mode & 0o777).toBe(0o600);

    const megans = { name: megan.preferred_username, subject: 'megan' };
    expect(await devices()).toEqual([{ name: 'laptop', revokedAt: null, owner: megans }]);
    expect((await runEdge(group, ['devices', 'list'])).stdout).toMatch(
      /^laptop .* by megan@contoso\.test\n$/,
    );
    device.configure(freePorts);
    await device.start();
    await expect.poll(async () => (await device.status()).connection.kind, patience).toBe('connected');
  });

  test('a code does where there is no browser, and a person has no more devices than are allowed', async () => {
    // The edge speaks with the issuer: this machine need not know the authority of its certificate.
    const words = [agentMain, 'enroll', '--device-code', '--name', 'server'];
    const program = device.group.start(pinnedNode, words, { input: text });
    const code = (await program.line(/^ {2}\S+$/)).trim();
    const [what = '', where = ''] = program.stdout().split('\n');
    expect(what).toMatch(
      /^Sign in at localhost:\d+ to make this computer a device of edge\.contoso\.test:\d+ \(Contoso\)\.$/,
    );
    const [, url = ''] =
      /^Open (\S+) in any browser and enter this code within 10 minutes:$/.exec(where) ?? [];
    await visit({ url, code, until: /signed in at the device/, home: device.group.folder });
    const ended = await program.ended;
    expect([ended.code, ended.stdout]).toEqual([
      0,
      expect.stringMatching(/\nThis computer is server of Contoso, until \d/) as string,
    ]);
    const other = createLocalAgent();
    try {
      const before = device;
      device = other;
      writeFileSync(join(other.group.folder, 'issuer-ca.pem'), issuer.ca);
      const third = await enrollInBrowser('--name', 'third');
      const refusal =
        'megan@contoso.test has as many devices as a person may have here: laptop, server; have one revoked';
      expect(third.shown).toMatch(`This computer is not enrolled: `);
      expect(third.shown).toContain(refusal);
      expect([third.code, third.said]).toEqual([1, expect.stringContaining(refusal) as string]);
      expect(existsSync(join(other.stateDir, 'device'))).toBe(false);

      await runEdge(group, ['devices', 'revoke', 'server']);
      const { code: done } = await enrollInBrowser('--name', 'third');
      expect(done).toBe(0);
      device = before;
    } finally {
      await other.group.end();
    }
    expect((await devices()).map(({ name, revokedAt }) => [name, revokedAt === null])).toEqual([
      ['laptop', true],
      ['server', false],
      ['third', true],
    ]);
  });

  test('a name that another device has is refused on the page and at the prompt, and it gives way where that is asked for', async () => {
    await runEdge(group, ['devices', 'revoke', 'third']);
    const taken = await enrollInBrowser('--name', 'laptop');
    const refusal =
      'a device named laptop exists, and is yours: --replace has it give way, --name chooses another name';
    expect([taken.code, taken.shown]).toEqual([1, expect.stringContaining(refusal) as string]);
    expect((await enrollInBrowser('--name', 'laptop', '--replace')).code).toBe(0);
    expect((await devices()).filter(({ name }) => name === 'laptop')).toMatchObject([
      { revokedAt: expect.any(String) as string },
      { revokedAt: null },
    ]);
  });

  test('no token is left anywhere', () => {
    const files = (folder: string): string[] =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
    const kept = [...files(join(group.folder, 'state')), ...files(device.group.folder)];
    expect(kept.length).toBeGreaterThan(4);
    for (const file of kept) expect(readFileSync(file, 'latin1')).not.toMatch(/eyJ[\w-]{20}/);
    expect(edge.stderr()).toContain('devices.enroll');
    expect(edge.stderr()).not.toMatch(/eyJ[\w-]{20}/);
  });
});

describe('what goes wrong is told in one line', () => {
  test('at the device', async () => {
    const refused = async (input: string, message: RegExp, exit: number, ...words: string[]) => {
      const { code, stdout, stderr } = await enroll(input, ...words);
      expect([code, stdout]).toEqual([exit, '']);
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(existsSync(join(device.stateDir, 'device'))).toBe(false);
    };
    await refused(
      text,
      /^opengsa: --issuer-ca: nowhere\.pem cannot be read/,
      2,
      '--issuer-ca',
      'nowhere.pem',
    );
    const other = ['--issuer', 'https://login.fabrikam.test'];
    await refused(text, /is no issuer of this edge; it has: https:\/\/localhost/, 1, ...other);
    // Without its authority the issuer is a stranger, and nobody is sent there.
    await refused(text, /localhost:\d+ cannot be asked: /, 1, '--no-open');
    await refused(text.slice(0, 60), /invitation: it is cut off/, 1);
  });

  test('with a person who gives up', async () => {
    const words = [agentMain, 'enroll', '--device-code', '--name', 'server'];
    const program = device.group.start(pinnedNode, words, { input: text });
    await program.line(/^ {2}\S+$/);
    const asked = performance.now();
    process.kill(program.pid, 'SIGINT');
    const { code, stderr } = await program.ended;
    expect([code, stderr]).toEqual([1, 'opengsa: not enrolled: interrupted\n']);
    expect(performance.now() - asked).toBeLessThan(8_000);
  });

  test('with an issuer that is down', async () => {
    issuer.setDown(true);
    try {
      for (const words of [['--no-open', '--issuer-ca', 'issuer-ca.pem'], ['--device-code']]) {
        const { code, stdout, stderr } = await enroll(text, ...words);
        expect([code, stdout]).toEqual([1, '']);
        expect(stderr).toMatch(/^opengsa: .*localhost:\d+ cannot be asked: /);
      }
    } finally {
      issuer.setDown(false);
    }
  });

  test('an edge where nobody enrols by signing in says so to its administrator and to the person', async () => {
    const own = createProgramGroup();
    try {
      await initEdge(own, { listen: { tunnel: ['127.0.0.1:0'], enrollment: '127.0.0.1:0' } });
      await serveEdge(own);
      const closed = await runEdge(own, ['invite', '--sign-in']);
      expect([closed.code, closed.stderr]).toEqual([
        1,
        expect.stringMatching(
          /^opengsa-edge: enrollment\.signIn: is not set, so nobody could enrol/,
        ) as string,
      ]);
      const { url, addresses, authority } = parseInvitation((await runEdge(own, ['invite'])).stdout);
      const { code, stderr } = await enroll(formatInvitation({ url, addresses, authority }));
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(
          /nobody enrols here by signing in; ask for an invitation of your own/,
        ) as string,
      ]);
    } finally {
      await own.end();
    }
  });

  test('an invitation of one device and one for everybody are not mixed', async () => {
    const { code, stderr } = await runEdge(group, ['invite', '--sign-in', '--name', 'laptop']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/--name is for invitations of one device/) as string,
    ]);
    const whole = await runEdge(group, ['invite', '--sign-in', '--json']);
    expect(JSON.parse(whole.stdout)).toEqual({ text: text.trim() });
  });
});
