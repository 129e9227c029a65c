// Who opened a flow: real programs of several accounts through the proxies, with and without the privilege to look.
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectToAgent } from '../../agent/management/client.ts';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import { providerHost, startContoso } from '../support/contoso.ts';
import { debianPrograms, installedProgram } from '../support/debian-programs.ts';
import { createLocalAgent, freePorts, type LocalAgent } from '../support/local-agent.ts';
import { agentMain, createProgramGroup, pinnedNode, type ProgramGroup } from '../support/processes.ts';
import { listen } from '../support/relay-chain.ts';
import { otherAccountsObstacle } from '../support/other-accounts.ts';

const curl = debianPrograms.curl.path;
const setpriv = installedProgram('setpriv');
const onLinux = existsSync('/proc/net/tcp');
const obstacle = otherAccountsObstacle();
const asOthers = obstacle === null && onLinux;
const withOthers = `with other accounts${asOthers ? '' : ` (skipped: ${obstacle ?? 'takes Linux'})`}`;

const patience = { timeout: 15_000, interval: 100 };
const ownUid = process.getuid?.() ?? -1;
// Accounts that the machine has no names for.
const otherUid = 61_234;
const agentUid = 60_990;

let local: LocalAgent;
let group: ProgramGroup;
/** Answers when it is told to, so that a program is there as long as it is looked at. */
let origin: Server;
let waiting: ServerResponse[];
let port: number;

beforeAll(async () => {
  waiting = [];
  origin = createServer((_, response) => waiting.push(response));
  port = await listen(origin);
});
afterAll(() => origin.close());

function startLocal(): void {
  local = createLocalAgent();
  ({ group } = local);
}

type CommandLine = readonly [program: string, args: readonly string[]];

/** An agent that several tests share has seen others before. */
async function newestFlows(count: number, socketPath: string): Promise<readonly FlowRecord[]> {
  const agent = await connectToAgent({ socketPath, program: 'test' });
  return agent
    .call('flows.list', { limit: count })
    .then(({ flows }) => flows)
    .finally(agent.close);
}

/** Runs programs that each open one flow, and ends them when it is known who opened each. The newest comes first. */
async function openedBy(commands: readonly CommandLine[], socketPath = local.socketPath) {
  const programs = commands.map(([command, args]) => group.start(command, args));
  // Each program waits for its answer, so that its flow is there.
  await expect.poll(() => waiting.length, patience).toBe(commands.length);
  const newest = () => newestFlows(commands.length, socketPath);
  await expect
    .poll(async () => (await newest()).every(({ process }) => process !== null), patience)
    .toBe(true);
  const opened = await newest();
  for (const response of waiting.splice(0)) response.end('hello');
  for (const { ended } of programs) expect((await ended).stdout).toBe('hello');
  return { opened, pids: programs.map(({ pid }) => pid) };
}

function curlThrough(proxy: string, ...more: string[]): CommandLine {
  const address = `http://127.0.0.1:${port}/hello`;
  return [curl, ['--silent', '--max-time', '20', '--noproxy', '', '--proxy', proxy, ...more, address]];
}

function as(uid: number, [program, args]: CommandLine): CommandLine {
  const account = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--bounding-set=-all'];
  return [setpriv ?? '', [...account, program, ...args]];
}

describe.skipIf(!onLinux)('who opened a flow, for an agent that looks', () => {
  beforeAll(async () => {
    startLocal();
    local.configure(`${freePorts}processes: executable\n`);
    await local.start();
  });
  afterAll(() => group.end());

  test('is known of a program of the own account, whichever way it came', async () => {
    const { httpProxy, socks5 } = (await local.status()).capture;
    const { opened, pids } = await openedBy([
      curlThrough(`http://${httpProxy ?? ''}`, '--proxytunnel'),
      curlThrough(`http://${httpProxy ?? ''}`),
      curlThrough(`socks5h://${socks5 ?? ''}`),
    ]);
    expect(opened.map(({ via }) => via).sort()).toEqual(['http-connect', 'http-request', 'socks5']);
    for (const { process } of opened) {
      expect(process).toMatchObject({ uid: ownUid, executable: curl, unknown: null });
    }
    expect(new Set(opened.map(({ process }) => process?.pid))).toEqual(new Set(pids));
    expect((await local.run('flows')).stdout).toMatch(/OPENED BY .*\n.* curl, \S+ /);
  });

  test.skipIf(!asOthers)(`is the program too, ${withOthers}`, async () => {
    const { socks5 } = (await local.status()).capture;
    const { opened } = await openedBy([as(otherUid, curlThrough(`socks5h://${socks5 ?? ''}`))]);
    expect(opened).toMatchObject([{ process: { uid: otherUid, executable: curl, unknown: null } }]);
  });

  test.skipIf(!asOthers).each([
    ['was deleted', 'exec 3<"$1"; rm "$1"; shift 2; exec /proc/self/fd/3 "$@"'],
    ['is another to the machine', 'mount --bind "$2" "$1"; program=$1; shift 2; exec "$program" "$@"'],
  ])(`is no path where the file at it %s, ${withOthers}`, async (_, script) => {
    const { httpProxy } = (await local.status()).capture;
    const paths = ['shown', 'hidden'].map((name) => join(group.folder, name));
    for (const path of paths) copyFileSync(curl, path);
    const [, words] = curlThrough(`http://${httpProxy ?? ''}`);
    const { opened } = await openedBy([
      [debianPrograms.unshare.path, ['--mount', '/bin/sh', '-c', script, 'sh', ...paths, ...words]],
    ]);
    expect(opened).toMatchObject([{ process: { uid: 0, executable: null, unknown: 'replaced' } }]);
  });
});

describe.skipIf(!asOthers)(`who opened a flow, ${withOthers}`, () => {
  beforeEach(startLocal);
  afterEach(() => group.end());

  test('is the account alone unless more is asked for', async () => {
    await local.start();
    const { httpProxy } = (await local.status()).capture;
    const { opened } = await openedBy([as(otherUid, curlThrough(`http://${httpProxy ?? ''}`))]);
    expect(opened).toMatchObject([
      { process: { uid: otherUid, pid: null, executable: null, unknown: 'not-asked' } },
    ]);
    expect((await local.run('flows')).stdout).toMatch(new RegExp(` uid ${otherUid} `));
  });

  test('is the account for an agent that may not look, which says how that is changed', async () => {
    const { proxy, agent, words, socketPath } = await startUnprivilegedAgent('');
    const commands = [otherUid, agentUid].map((uid) => as(uid, curlThrough(proxy)));
    const { opened } = await openedBy(commands, socketPath);
    const ofAccount = (uid: number) => opened.find(({ process }) => process?.uid === uid)?.process;
    expect(ofAccount(otherUid)).toMatchObject({ executable: null, unknown: 'no-privilege' });
    expect(ofAccount(agentUid)).toMatchObject({ executable: curl, unknown: null });
    const listed = await local.run('profile', 'list', ...words);
    expect(listed.stdout).toMatch(
      /^custom-1-fqdn \(app\.contoso\.test\) is for \/usr\/bin\/curl, before every profile\.$/m,
    );
    expect(listed.stdout).toMatch(/programs of the agent's own account only.*CAP_SYS_PTRACE/);
    expect(agent.stderr()).toMatch(/CAP_DAC_READ_SEARCH/);
  });

  test('is the program too with the two capabilities alone', async () => {
    const { proxy, words, socketPath } = await startUnprivilegedAgent(',+sys_ptrace,+dac_read_search');
    const { opened } = await openedBy([as(otherUid, curlThrough(proxy))], socketPath);
    expect(opened).toMatchObject([{ process: { uid: otherUid, executable: curl } }]);
    expect((await local.run('profile', 'list', ...words)).stdout).not.toMatch(/CAP_SYS_PTRACE/);
  });

  /** With an account of its own, and no capabilities but those of `added`. */
  async function startUnprivilegedAgent(added: string) {
    local.configure(
      `${freePorts}processes: executable\ncustomRules: [{ destinations: [app.contoso.test], programs: [${curl}] }]\n`,
    );
    const stateDir = join(group.folder, 'agent-state');
    mkdirSync(stateDir);
    chmodSync(group.folder, 0o755);
    chmodSync(local.configFile, 0o644);
    chownSync(stateDir, agentUid, agentUid);
    const socketPath = join(stateDir, 'agent.sock');
    const words = ['--state-dir', stateDir, '--socket', socketPath];
    const agent = group.start(setpriv ?? '', [
      ...[`--reuid=${agentUid}`, `--regid=${agentUid}`, '--clear-groups', `--bounding-set=-all${added}`],
      ...[`--inh-caps=-all${added}`, ...(added === '' ? [] : [`--ambient-caps=-all${added}`])],
      ...[pinnedNode, agentMain, 'agent', '--config', local.configFile, ...words],
    ]);
    const ready = await agent.line(/^Ready: /);
    return { agent, words, socketPath, proxy: `http://${/HTTP proxy (\S+),/.exec(ready)?.[1] ?? ''}` };
  }
});

describe.skipIf(!onLinux)('rules for certain programs', () => {
  beforeEach(startLocal);
  afterEach(() => group.end());

  test('forward the flows of theirs, and leave those of a copy elsewhere', async () => {
    const organisation = createProgramGroup();
    const [named, copy] = ['named', 'copy'].map((name) => join(organisation.folder, name));
    for (const path of [named!, copy!]) copyFileSync(curl, path);
    try {
      const contoso = await startContoso({
        group: organisation,
        agentSettings: {
          processes: 'executable',
          customRules: [
            { destinations: [providerHost], ports: [443], programs: [named], authentication: 'sign-in' },
          ],
        },
      });
      const words = [
        '--silent',
        '--max-time',
        '10',
        '--proxy',
        contoso.proxy,
        '--cacert',
        contoso.authorityFile,
      ];
      const address = `${contoso.issuer}/.well-known/openid-configuration`;
      expect(JSON.parse((await organisation.run(named!, [...words, address])).stdout)).toMatchObject({
        issuer: contoso.issuer,
      });
      expect((await organisation.run(copy!, [...words, address])).code).not.toBe(0);
      const found = await contoso.flows();
      expect(found).toMatchObject([
        { action: 'direct', reason: 'no-rule', note: null },
        { action: 'tunnel', ruleId: 'custom-1-fqdn', note: null },
      ]);
      expect(found.map(({ process }) => process?.executable)).toEqual([copy, named]);

      // What is said without a program is conditional.
      const client = [
        '--socket',
        join(organisation.folder, 'agent.sock'),
        '--state-dir',
        join(organisation.folder, 'agent-state'),
      ];
      const tested = await local.run('profile', 'test', providerHost, ...client);
      expect(tested.stdout).toContain(`For ${named ?? ''} a rule of agent.yaml comes first and forwards it.`);
      const seen = await local.run('seen-as', providerHost, ...client);
      expect(seen.stdout).toMatch(/depends on the program/);
      const { pacUrl } = await contoso.status().then(({ capture }) => capture);
      const pac = await organisation.run(curl, ['--silent', '--noproxy', '*', pacUrl ?? '']);
      expect(pac.stdout).toContain(`"$${providerHost}"`);
    } finally {
      await organisation.end();
    }
  }, 120_000);

  test('hold for nobody while accounts alone are looked up, and each place says so', async () => {
    local.configure(
      `${freePorts}customRules: [{ destinations: [app.contoso.test], programs: ['/usr/bin/*'] }]\n`,
    );
    const agent = await local.start();
    const status = await local.status();
    expect(status.attention).toMatchObject([{ kind: 'program-rules-idle' }]);
    expect((await local.run('profile', 'list')).stdout).toMatch(
      /applies to no flow.*Set processes: executable/,
    );
    expect(agent.stderr()).toMatch(/applies to no flow/);
  });

  test.each(['curl', '/usr/bin/', '/opt/../x'])(
    'refuse %s for a program, by its place in the file',
    async (path) => {
      local.configure(`customRules: [{ destinations: [app.contoso.test], programs: ['${path}'] }]\n`);
      const { code, stderr } = await local.run('agent', '--config', local.configFile);
      expect(code).toBe(1);
      expect(stderr).toMatch(/customRules\[0\]\.programs\[0\]: must be the absolute path of a program/);
    },
  );
});
