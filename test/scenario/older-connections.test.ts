// Connections that go past the agent, held by real programs of this machine: found, closed, or said why not.
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOlderConnections } from '../../agent/older-connections.ts';
import { createAttribution } from '../../agent/process/attribution.ts';
import { debianPrograms, installedProgram, isRoot } from '../support/debian-programs.ts';
import { createLocalAgent } from '../support/local-agent.ts';
import { createProgramGroup, pinnedNode, type Program, type ProgramGroup } from '../support/processes.ts';

const curl = debianPrograms.curl.path;
const setpriv = installedProgram('setpriv');
const mayClose = isRoot() && existsSync('/usr/bin/ss');
const patience = { timeout: 10_000, interval: 50 };

/** Takes connections, says one letter and waits. Its own program, or its sockets would be the agent's. */
const serverScript = `
const server = require('node:net').createServer((socket) => {
  socket.on('error', () => undefined);
  socket.write('x');
});
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
`;

let group: ProgramGroup;
let server: Program;
let port: number;

beforeEach(async () => {
  group = createProgramGroup();
  server = group.start(pinnedNode, ['-e', serverScript]);
  port = Number(/\d+/.exec(await server.line(/^port /))?.[0]);
});
afterEach(() => group.end());

function desk(closer?: () => Promise<() => Promise<boolean>>) {
  return createOlderConnections({
    attribution: createAttribution({
      ...{ level: 'executable', platform: process.platform, onFault: (reason) => expect.fail(reason) },
    }),
    wouldCapture: ({ text }, to) => text === '127.0.0.1' && to === port,
    namesKnown: () => true,
    ...(closer === undefined ? {} : { closer }),
  });
}

/** A program that holds a connection to the server; resolves when it is open. */
async function connectedProgram(): Promise<Program> {
  const program = group.start(curl, [
    '--silent',
    '--no-buffer',
    '--max-time',
    '60',
    `telnet://127.0.0.1:${port}`,
  ]);
  await expect.poll(() => program.stdout(), patience).toBe('x');
  return program;
}

describe.skipIf(!existsSync('/proc/net/tcp'))('a connection that goes past the agent', () => {
  test('is found with its program, and its other end is not', async () => {
    const { pid } = await connectedProgram();
    const { connections } = await desk().list();
    expect(connections).toMatchObject([
      { remote: `127.0.0.1:${port}`, process: { uid: process.getuid?.(), pid, executable: curl } },
    ]);
  });

  test.skipIf(!mayClose)('is closed on request, and no other is', async () => {
    const [asked, other] = [await connectedProgram(), await connectedProgram()];
    const older = desk();
    const { connections } = await older.list();
    const wanted = connections.find(({ process }) => process.pid === asked.pid);
    const stranger = { local: '127.0.0.1:1', remote: `127.0.0.1:${port}` };
    expect(await older.close([wanted!, stranger])).toMatchObject([
      { outcome: 'closed' },
      { outcome: 'gone' },
    ]);
    expect((await asked.ended).code).not.toBe(0);
    expect((await older.list()).connections.map(({ process }) => process.pid)).toEqual([other.pid]);
  });

  test('is left where the kernel closes none, and that is named', async () => {
    await connectedProgram();
    const older = desk(() => Promise.resolve(() => Promise.resolve(false)));
    const { connections } = await older.list();
    await expect(older.close(connections)).rejects.toThrow(/built without CONFIG_INET_DIAG_DESTROY/);
  });

  test.skipIf(!isRoot() || setpriv === null)(
    'is left by an agent without the capability, which names it',
    async () => {
      const file = new URL('../../agent/process/close-connection.ts', import.meta.url).href;
      const script = `import('${file}').then((it) => it.connectionCloser()).catch((error) => console.log(error.code, error.message))`;
      const { stdout } = await group.run(setpriv ?? '', [
        '--bounding-set=-net_admin',
        pinnedNode,
        '-e',
        script,
      ]);
      expect(stdout).toMatch(/^access-denied .*CAP_NET_ADMIN/);
    },
  );
});

test('the command says what it recognises, and closes nothing without --older', async () => {
  const local = createLocalAgent();
  try {
    await local.start();
    const listed = await local.run('flows', '--older', '--close');
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toMatch(
      /^No open connection goes past the agent\.\nOnly destinations that rules name by address/,
    );
    const refused = await local.run('flows', '--close');
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--close goes with --older') as string,
    });
  } finally {
    await local.group.end();
  }
});
