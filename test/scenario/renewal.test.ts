// Certificates that live for seconds: the agent renews them in time, and a flow that is open meanwhile goes on.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { runClientIn } from '../support/client-command.ts';
import { initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import { createLocalAgent, freePorts, type LocalAgent } from '../support/local-agent.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

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

const patience = { timeout: 60_000, interval: 200 };
const list = z.object({
  devices: z.array(z.object({ id: z.int(), name: z.string(), thumbprint: z.string() })),
});

test('certificates of seconds follow one another under an open flow', async () => {
  const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  const upstream = { address: '127.0.0.1', port: (echo.address() as AddressInfo).port };
  let flow: Socket | undefined;
  try {
    await initEdge(group, {
      listen: { tunnel: ['127.0.0.1:0'], enrollment: '127.0.0.1:0' },
      enrollment: { certificateLifetime: '25s' },
      classes: [{ match: 'app.contoso.test', ports: [80], class: 'opaque', upstream }],
    });
    await serveEdge(group);
    const { stdout: input } = await runEdge(group, ['invite', '--name', 'laptop']);
    const enrolled = await runClientIn(device.group, ['enroll'], input);
    expect(enrolled.stderr).toBe('');
    device.configure(`${freePorts}customRules: [{ destinations: [app.contoso.test], ports: [80] }]
`);
    const agent = await device.start();
    const [, port = ''] = /HTTP proxy 127\.0\.0\.1:(\d+)/.exec(agent.stdout()) ?? [];
    const certificate = () =>
      new X509Certificate(readFileSync(join(device.stateDir, 'device', 'device.crt')));
    const first = certificate();
    await expect.poll(async () => (await device.status()).connection.kind, patience).toBe('connected');
    flow = await openFlow(Number(port));
    expect(await echoed(flow, 'before')).toBe('before');

    await expect.poll(() => certificate().fingerprint256, patience).not.toBe(first.fingerprint256);
    // Beyond the end of the first certificate: what is made from now on can only be by the second.
    await expect.poll(() => Date.now() > first.validToDate.getTime() + 1000, patience).toBe(true);
    expect(await echoed(flow, 'after')).toBe('after');
    const another = await openFlow(Number(port));
    expect(await echoed(another, 'another')).toBe('another');
    another.destroy();

    const { devices } = list.parse(JSON.parse((await runEdge(group, ['devices', 'list', '--json'])).stdout));
    expect(devices).toMatchObject([{ id: 1, name: 'laptop' }]);
    expect(devices[0]?.thumbprint).not.toBe(thumbprintOf(first));
    expect(existsSync(join(device.stateDir, 'device', 'device.key.next'))).toBe(false);
    expect(agent.stderr()).not.toMatch(/certificate not renewed/);

    // Revoked, it is out with every certificate that it had.
    // By reset, which `once` would take for a failure of the test.
    const ended = new Promise((resolve) => flow?.once('close', resolve));
    expect((await runEdge(group, ['devices', 'revoke', 'laptop'])).code).toBe(0);
    await ended;
  } finally {
    flow?.destroy();
    echo.close();
  }
}, 120_000);

async function openFlow(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('CONNECT app.contoso.test:80 HTTP/1.1\r\nHost: app.contoso.test:80\r\n\r\n');
  const [head] = (await once(socket, 'data')) as [Buffer];
  expect(head.toString()).toMatch(/^HTTP\/1\.1 200 /);
  return socket;
}

async function echoed(socket: Socket, text: string): Promise<string> {
  const coming = once(socket, 'data') as Promise<[Buffer]>;
  socket.write(text);
  const [data] = await coming;
  return data.toString();
}

function thumbprintOf({ fingerprint256 }: X509Certificate): string {
  return Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
}
