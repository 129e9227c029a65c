// The edge as its administrator meets it: the real program by its commands, from the start to the end of a drain.
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { ClientHttp2Session } from 'node:http2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { flowLogRecord } from '../../edge/telemetry/flow-log.ts';
import { viewPath, witnessPath } from '../../protocol/tunnel.ts';
import { viewSchema } from '../../protocol/view.ts';
import { answered, textOf } from '../support/data-plane.ts';
import {
  configureEdge,
  initEdge,
  runEdge,
  runEdgeMain,
  serveEdge,
  sessionOfBundle,
} from '../support/edge-program.ts';
import { type Origin, startOrigin } from '../support/origins.ts';
import { patience } from '../support/patience.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

// Each test starts several programs; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

let group: ProgramGroup;
let closing: (() => unknown)[];
beforeEach(() => {
  group = createProgramGroup();
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  await group.end();
});

const at = (name: string): string => join(group.folder, name);

async function session(directory: string): Promise<ClientHttp2Session> {
  const opened = await sessionOfBundle(group, directory);
  closing.push(() => opened.destroy());
  return opened;
}

/** An origin behind PROXY v2 that says which command the header had: the byte after the signature. */
async function startProxyReader(): Promise<Origin> {
  const origin = await startOrigin((socket) =>
    socket.once('data', (chunk: Buffer) => socket.end(chunk[12] === 0x21 ? 'told' : 'not told')),
  );
  closing.push(origin.close);
  return origin;
}

function proxyClass(origin: Origin): object {
  return {
    classes: [
      {
        match: 'login.contoso.test',
        class: 'proxy-v2',
        upstream: { address: origin.host, port: origin.port },
      },
    ],
    sourceRanges: ['127.0.0.0/8'],
  };
}

/** What login.contoso.test was told about a fresh flow, or the status of a refusal. */
async function whatIsTold(device: ClientHttp2Session): Promise<string> {
  const { stream, status } = await answered(device, 'login.contoso.test:443');
  if (status !== 200) return String(status);
  stream.end('hello');
  return textOf(stream);
}

describe('serve refuses to start, in one line,', () => {
  const refusal = async (): Promise<string> => {
    const { code, stderr, stdout } = await runEdgeMain(group, ['serve']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    return stderr;
  };

  test('without a configuration', async () => {
    expect(await refusal()).toMatch(/edge\.yaml: cannot be read; .*opengsa-edge init/);
  });

  test.each([
    ['with a key that is unknown', { limits: { flow: 3 } }, /edge\.yaml: limits: .*flow/],
    [
      'with a class that this version lacks',
      { classes: [{ match: 'a.test', class: 'tenant-restriction' }] },
      /classes\[0\]\.class: /,
    ],
    [
      'with a profile that is not there',
      { profiles: ['none.json'] },
      /none\.json: the profile cannot be read/,
    ],
    [
      'under a name that its certificate lacks',
      { name: 'other.test' },
      /does not hold for the name other\.test/,
    ],
    ['on an address of another machine', { listen: { tunnel: ['192.0.2.1:0'] } }, /192\.0\.2\.1/],
  ])('%s', async (_, settings, message) => {
    await initEdge(group, settings);
    expect(await refusal()).toMatch(message);
    expect(existsSync(at('state/control.sock'))).toBe(false);
  });

  test('with a key that others may read', async () => {
    await initEdge(group);
    chmodSync(at('state/edge.key'), 0o640);
    expect(await refusal()).toContain(`run: chmod 600 ${at('state/edge.key')}`);
  });

  test('on a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    closing.push(() => other.close());
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await initEdge(group, { listen: { tunnel: [`127.0.0.1:${port}`] } });
    expect(await refusal()).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}`));
  });

  test('on a state directory that another edge uses, which goes on', async () => {
    await initEdge(group);
    await serveEdge(group);
    expect(await refusal()).toMatch(/another edge runs with this state directory/);
    expect((await runEdge(group, ['signaling', 'status'])).code).toBe(0);
  });
});

describe('devices', () => {
  test('the written files carry a flow, until the device is revoked', async () => {
    const origin = await startProxyReader();
    await initEdge(group, proxyClass(origin));
    await serveEdge(group);
    const added = await runEdgeMain(group, ['devices', 'add', 'laptop', '--out', 'device', '--json']);
    expect(added.code).toBe(0);
    expect(added.stdout + added.stderr).not.toContain('PRIVATE KEY');
    for (const name of readdirSync(at('device')))
      expect(statSync(at(`device/${name}`)).mode & 0o777).toBe(0o600);

    const device = await session('device');
    expect(await whatIsTold(device)).toBe('told');
    const { stream: open } = await answered(device, 'login.contoso.test:443');
    const gone = [once(open, 'close').catch(() => undefined), once(device, 'close').catch(() => undefined)];
    expect((await runEdgeMain(group, ['devices', 'revoke', 'laptop'])).code).toBe(0);
    await Promise.all(gone);
    expect(open.rstCode).not.toBe(0);
    // Its certificate still opens a session, in which nothing is to be had.
    expect(await whatIsTold(await session('device'))).toBe('403');
    const { devices } = JSON.parse((await runEdgeMain(group, ['devices', 'list', '--json'])).stdout) as {
      devices: { name: string; revokedAt: string | null }[];
    };
    expect(devices).toMatchObject([{ name: 'laptop', revokedAt: expect.any(String) as unknown }]);
  });

  test('can be added before the edge runs', async () => {
    const origin = await startProxyReader();
    await initEdge(group, proxyClass(origin));
    const { program, port } = await serveEdge(group);
    program.signal('SIGTERM');
    await program.ended;
    configureEdge(group, { listen: { tunnel: [`127.0.0.1:${port}`] } });
    expect((await runEdge(group, ['devices', 'add', 'laptop', '--out', 'device'])).code).toBe(0);
    await serveEdge(group);
    expect(await whatIsTold(await session('device'))).toBe('told');
  });

  test('a directory with anything in it is left alone, and no device is registered', async () => {
    await initEdge(group);
    const { code, stderr } = await runEdge(group, ['devices', 'add', 'laptop', '--out', 'state']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/state is not empty/)]);
    expect((await runEdge(group, ['devices', 'list', '--json'])).stdout).toBe('{"devices":[]}\n');
  });

  test.each([
    [['devices', 'add', 'laptop'], 2, /--out/],
    [['devices', 'add', 'a b', '--out', 'device'], 2, /device name "a b"/],
    [['devices', 'revoke', 'nobody'], 1, /no device named nobody/],
    [['devices', 'remove', 'laptop'], 2, /unknown command/],
  ])('%j is refused', async (words, expected, message) => {
    await initEdge(group, { listen: { tunnel: ['127.0.0.1:8443'] } });
    const { code, stderr } = await runEdgeMain(group, words);
    expect(code).toBe(expected);
    expect(stderr).toMatch(message);
    expect(existsSync(at('device'))).toBe(false);
  });
});

describe('signalling', () => {
  test('switches new flows of a running edge, wakes the view, and lasts across a restart', async () => {
    const origin = await startProxyReader();
    const namedLocations = [
      { name: 'HQ', ranges: ['127.0.0.0/8'], policies: ['Require HQ', 'Block abroad'] },
    ];
    await initEdge(group, { ...proxyClass(origin), namedLocations });
    const first = await serveEdge(group);
    await runEdge(group, ['devices', 'add', 'laptop', '--out', 'device']);
    const device = await session('device');
    expect(await whatIsTold(device)).toBe('told');
    const before = await viewOf(device);
    expect(before).toMatchObject({ signaling: { status: 'enabled' }, microsoft: 'direct' });

    const refused = await runEdge(group, ['signaling', 'disable', '--json']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /locationPoliciesRegistered: .*Require HQ \(HQ\), Block abroad \(HQ\); .*--confirm/,
    );
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'locationPoliciesRegistered' } });
    expect(await whatIsTold(device)).toBe('told');

    const later = viewOf(device, before.revision);
    expect((await runEdge(group, ['signaling', 'disable', '--confirm'])).code).toBe(0);
    expect(await whatIsTold(device)).toBe('not told');
    const after = await later;
    expect(after.signaling.status).toBe('disabled');
    expect(after.revision).toBeGreaterThan(before.revision);

    configureEdge(group, { listen: { tunnel: [`127.0.0.1:${first.port}`] } });
    first.program.signal('SIGTERM');
    expect((await first.program.ended).code).toBe(0);
    await serveEdge(group);
    const again = await session('device');
    expect(await whatIsTold(again)).toBe('not told');
    expect((await viewOf(again)).revision).toBeGreaterThan(after.revision);
    expect((await runEdge(group, ['signaling', 'enable'])).code).toBe(0);
    expect(await whatIsTold(again)).toBe('told');
  });

  test('needs a running edge, and says how to start it', async () => {
    await initEdge(group);
    const { code, stderr } = await runEdge(group, ['signaling', 'status']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/no edge runs .*opengsa-edge serve/)]);
  });
});

test('statements that serve nothing are counted by reason, and told of once per device', async () => {
  const origin = await startProxyReader();
  await initEdge(group, proxyClass(origin));
  const { program } = await serveEdge(group);
  await runEdge(group, ['devices', 'add', 'laptop', '--out', 'device']);
  const device = await session('device');
  for (const statement of ['"a.b.c"', '"a.b.c"', '"a", "b", "c"']) {
    const fields = { 'egress-attestation': statement };
    const { stream, status } = await answered(device, 'login.contoso.test:443', fields);
    expect(status).toBe(200);
    stream.end('hello');
    expect(await textOf(stream)).toBe('told');
  }
  const { stdout } = await runEdge(group, ['signaling', 'status', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ attestationFaults: { malformed: 2, 'too-many': 1 } });
  expect((await runEdge(group, ['signaling', 'status'])).stdout).toContain(
    'did not count since the edge started: malformed 2, too-many 1',
  );
  const told = program
    .stderr()
    .split('\n')
    .filter((line) => line.includes('did not count'));
  expect(told.map((line) => (JSON.parse(line) as { reason: string }).reason)).toEqual([
    'malformed',
    'too-many',
  ]);
});

test("another device's statement is refused and counted, its own device may repeat it", async () => {
  const origin = await startProxyReader();
  await initEdge(group, proxyClass(origin));
  await serveEdge(group);
  for (const name of ['laptop', 'thief']) await runEdge(group, ['devices', 'add', name, '--out', name]);
  const [laptop, thief] = [await session('laptop'), await session('thief')];
  const question = laptop.request({ ':path': witnessPath });
  const fields = { 'egress-attestation': `"${await textOf(question)}"` };
  for (const device of [laptop, thief, laptop, thief, laptop]) {
    const { stream, headers } = await answered(device, 'login.contoso.test:443', fields);
    const assurance = device === laptop ? 'observed+attested' : 'observed';
    expect(headers['egress-observed']).toBe(`"127.0.0.1";assurance=${assurance}`);
    stream.end('hello');
    expect(await textOf(stream)).toBe('told');
  }
  const { stdout } = await runEdge(group, ['signaling', 'status', '--json']);
  expect((JSON.parse(stdout) as { attestationFaults: unknown }).attestationFaults).toEqual({
    'other-device': 2,
  });
  const log = await runEdge(group, ['logs', '--device', 'thief']);
  expect(log.stdout.split('\n').filter((line) => line.endsWith('other-device'))).toHaveLength(2);
});

describe('the end', () => {
  test('SIGTERM takes nothing more and lets an open flow finish, then exits 0', async () => {
    const origin = await startOrigin((socket) => socket.pipe(socket));
    closing.push(origin.close);
    const upstream = { address: origin.host, port: origin.port };
    await initEdge(group, { classes: [{ match: 'echo.contoso.test', class: 'opaque', upstream }] });
    const { program } = await serveEdge(group);
    await runEdge(group, ['devices', 'add', 'laptop', '--out', 'device']);
    const { stream } = await answered(await session('device'), 'echo.contoso.test:443');
    program.signal('SIGTERM');
    await vi.waitFor(() => expect(program.stderr()).toContain('the edge stops'), patience);
    await expect(sessionOfBundle(group, 'device')).rejects.toThrow();
    stream.end('still here');
    expect(await textOf(stream)).toBe('still here');
    expect(await program.ended).toMatchObject({ code: 0, signal: null });
    expect(existsSync(at('state/control.sock'))).toBe(false);
  });

  test('a second SIGTERM ends it at once', async () => {
    const origin = await startOrigin((socket) => socket.pipe(socket));
    closing.push(origin.close);
    const upstream = { address: origin.host, port: origin.port };
    await initEdge(group, {
      classes: [{ match: 'echo.contoso.test', class: 'opaque', upstream }],
      limits: { drainSeconds: 3600 },
    });
    const { program } = await serveEdge(group);
    await runEdge(group, ['devices', 'add', 'laptop', '--out', 'device']);
    await answered(await session('device'), 'echo.contoso.test:443');
    program.signal('SIGTERM');
    await vi.waitFor(() => expect(program.stderr()).toContain('the edge stops'), patience);
    program.signal('SIGTERM');
    expect((await program.ended).code).toBe(143);
  });

  test('after SIGKILL it starts again, with its devices', async () => {
    await initEdge(group);
    const { program } = await serveEdge(group);
    await runEdge(group, ['devices', 'add', 'laptop', '--out', 'device']);
    program.signal('SIGKILL');
    await program.ended;
    expect(existsSync(at('state/control.sock'))).toBe(true);
    await serveEdge(group);
    expect((await runEdge(group, ['devices', 'list'])).stdout).toMatch(/^laptop /);
  });
});

test('each flow is one line of the flow log, which is opened again at SIGHUP', async () => {
  const origin = await startProxyReader();
  await initEdge(group, { ...proxyClass(origin), log: { flows: 'flows.jsonl', level: 'silent' } });
  const { program } = await serveEdge(group);
  await runEdge(group, ['devices', 'add', 'laptop', '--out', 'device']);
  const device = await session('device');
  await whatIsTold(device);
  await vi.waitFor(() => expect(records('flows.jsonl')).toHaveLength(1), patience);
  renameSync(at('flows.jsonl'), at('flows.jsonl.1'));
  program.signal('SIGHUP');
  await vi.waitFor(() => expect(existsSync(at('flows.jsonl'))).toBe(true), patience);
  await answered(device, 'elsewhere.test:443');
  await vi.waitFor(() => expect(records('flows.jsonl')).toHaveLength(1), patience);
  expect(records('flows.jsonl.1')).toMatchObject([
    {
      device: { name: 'laptop' },
      authority: 'login.contoso.test:443',
      statedAddress: '127.0.0.1',
      result: 'ended',
    },
  ]);
  expect(records('flows.jsonl')).toMatchObject([
    { authority: 'elsewhere.test:443', result: 'refused', reason: 'destination-not-allowed' },
  ]);

  function records(name: string) {
    const lines = readFileSync(at(name), 'utf8').trimEnd().split('\n');
    return lines.filter((line) => line !== '').map((line) => flowLogRecord.parse(JSON.parse(line)));
  }
});

async function viewOf(device: ClientHttp2Session, after?: number) {
  const path = after === undefined ? viewPath : `${viewPath}?after=${after}`;
  const stream = device.request({ ':method': 'GET', ':path': path });
  stream.end();
  return viewSchema.parse(JSON.parse(await textOf(stream)));
}
