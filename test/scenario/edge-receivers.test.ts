// Other people's receivers behind the real edge, for sources and destinations of both families; and what they make of
// headers that the edge would never write.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseAddress } from '../../protocol/address.ts';
import { encodeProxyHeader, type ProxyHeader } from '../../protocol/proxy-v2.ts';
import { signEgressToken } from '../../edge/identity/witness-token.ts';
import { answered, type DataPlane, issuer, openSession, startDataPlane } from '../support/data-plane.ts';
import { type DebianProgram, installedProgram } from '../support/debian-programs.ts';
import { patience } from '../support/patience.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';
import {
  type Receiver,
  type ReceiverOptions,
  startApache,
  startHaproxy,
  startNginx,
} from '../support/receivers.ts';

const starters = { haproxy: startHaproxy, nginx: startNginx, apache2: startApache } satisfies Partial<
  Record<DebianProgram, (options: ReceiverOptions) => Promise<Receiver>>
>;
type Name = keyof typeof starters;
const names = ['haproxy', 'nginx', 'apache2'] as const;
const hosts = ['127.0.0.1', '::1'] as const;
const serverName = 'told.contoso.test';
/** The device's address towards the edge, and the one that a witness has seen it at over the other family. */
const workstation = { ipv4: '127.10.0.7', ipv6: '2603:1006:2000::7' } as const;
const edgeAddress = { '127.0.0.1': '127.20.0.1', '::1': '::1' } as const;

let group: ProgramGroup;
let edge: DataPlane;
const receivers = new Map<string, Receiver>();

beforeAll(async () => {
  group = createProgramGroup();
  edge = await startDataPlane({ policy: { egress: { ipv4: '127.20.0.1', ipv6: null } } });
  const identity = edge.pki.ca.issue(serverName, { usage: 'server', names: [serverName] });
  for (const name of names) {
    const program = installedProgram(name);
    if (program === null) continue;
    for (const host of hosts)
      receivers.set(`${name} ${host}`, await starters[name]({ group, program, identity, host }));
  }
  const classes = [...receivers].flatMap(([key, { host, port }]) =>
    (['ipv4', 'ipv6'] as const).map((family) => ({
      match: hostOf(key, family),
      class: 'proxy-v2' as const,
      upstream: { address: host, port },
      family,
      // nginx before 1.23.2 takes no longer ones.
      ...(key.startsWith('nginx') ? { proxyFields: 'checksum' as const } : {}),
    })),
  );
  edge.state.policy = { ...edge.state.policy, classes };
});
afterAll(async () => {
  await edge.close();
  await group.end();
});

describe.each(names)('%s', (name) => {
  describe.skipIf(installedProgram(name) === null).each(hosts)('at %s', (host) => {
    test.each(['ipv4', 'ipv6'] as const)('is told an %s source, never a mapped one', async (family) => {
      const [source, second] = (await ask(hostOf(`${name} ${host}`, family), await attestation())).split(' ');
      expect(source).toBe(workstation[family]);
      // HAProxy says the name that was asked for here, the others whom the connection is from.
      expect(second).toBe(name === 'haproxy' ? hostOf(`${name} ${host}`, family) : edgeAddress[host]);
      await vi.waitFor(
        () =>
          expect(edge.records.at(-1)).toMatchObject({
            statedAddress: workstation[family],
            assurance: family === 'ipv4' ? 'observed' : 'attested',
            dialledAddress: host,
          }),
        patience,
      );
    });

    test('sees the edge where the source is unknown, and takes the connection', async () => {
      const before = edge.state.policy;
      edge.state.policy = { ...before, sourceRanges: [] };
      const [source] = (await ask(hostOf(`${name} ${host}`, 'ipv4'), null)).split(' ');
      edge.state.policy = before;
      expect(source).toBe(edgeAddress[host]);
    });
  });
});

describe('what receivers make of headers that the edge would not write', () => {
  const cases: [name: Name, what: string, bytes: Uint8Array, taken: boolean][] = [
    ...names.map((name): (typeof cases)[number] => [name, 'none', new Uint8Array(0), false]),
    ...names.map((name): (typeof cases)[number] => [name, 'a cut one', header().subarray(0, 20), false]),
    ...names.map((name): (typeof cases)[number] => [name, 'a good one', header(), true]),
    ['haproxy', 'a wrong checksum', wrongChecksum(), false],
    // These two do not look at it, so only HAProxy notices a header that was damaged on its way.
    ['nginx', 'a wrong checksum', wrongChecksum(), true],
    ['apache2', 'a wrong checksum', wrongChecksum(), true],
    ['nginx', '108 bytes', header({ authority: 'a'.repeat(70) }), true],
    ['nginx', '109 bytes', header({ authority: 'a'.repeat(71) }), takesLongHeaders()],
    ['haproxy', '108 bytes', header({ authority: 'a'.repeat(70) }), true],
    ['apache2', '108 bytes', header({ authority: 'a'.repeat(70) }), true],
    ['haproxy', 'an identifier of 128 bytes', header({ uniqueId: 'u'.repeat(128) }), true],
    ['apache2', 'an identifier of 128 bytes', header({ uniqueId: 'u'.repeat(128) }), true],
  ];
  test.each(cases)('%s: %s', async (name, _what, bytes, taken) => {
    const receiver = receivers.get(`${name} 127.0.0.1`);
    if (receiver === undefined) return;
    const socket = connect({ host: receiver.host, port: receiver.port });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(bytes);
    const tls = connectTls({ socket, servername: serverName, ca: edge.pki.ca.cert });
    const answer = await bodyOf(tls, serverName).catch(() => null);
    expect(answer?.split(' ')[0] === '198.51.100.7').toBe(taken);
    tls.destroy();
  });
});

/** nginx does since 1.23.2. */
function takesLongHeaders(): boolean {
  const nginx = installedProgram('nginx');
  if (nginx === null) return false;
  const [, ...version] = /nginx\/(\d+)\.(\d+)\.(\d+)/.exec(spawnSync(nginx, ['-v']).stderr.toString()) ?? [];
  const [major = 0, minor = 0, patch = 0] = version.map(Number);
  return major * 1e6 + minor * 1e3 + patch >= 1_023_002;
}

function header(fields: { readonly authority?: string; readonly uniqueId?: string } = {}): Uint8Array {
  const proxy: ProxyHeader = {
    command: 'proxy',
    source: { address: parseAddress('198.51.100.7')!, port: 51_515 },
    destination: { address: parseAddress('192.0.2.10')!, port: 443 },
    ...fields,
  };
  return encodeProxyHeader(proxy);
}

function wrongChecksum(): Uint8Array {
  const bytes = header();
  bytes[31]! ^= 1;
  return bytes;
}

function hostOf(key: string, family: 'ipv4' | 'ipv6'): string {
  const [name = '', host = ''] = key.split(' ');
  return `${name}-${host === '::1' ? 'v6' : 'v4'}-${family}.contoso.test`;
}

async function attestation(): Promise<string> {
  const token = await signEgressToken(edge.witnessKey, {
    issuer,
    address: parseAddress(workstation.ipv6)!,
    thumbprint: edge.device.thumbprint,
    tokenId: 'one',
    nowMs: Date.now(),
  });
  return `"${token}"`;
}

/** One HTTPS request through the tunnel; the body of the answer. */
async function ask(host: string, attested: string | null): Promise<string> {
  const session = await openSession(edge, { localAddress: workstation.ipv4 });
  const fields = attested === null ? {} : { 'egress-attestation': attested };
  const { stream, status } = await answered(session, `${host}:443`, fields);
  expect(status).toBe(200);
  const tls = connectTls({ socket: stream, servername: serverName, ca: edge.pki.ca.cert });
  const body = await bodyOf(tls, serverName);
  session.destroy();
  return body;
}

/** By its declared length: receivers reset a connection when they have said everything, and that is their right. */
function bodyOf(tls: TLSSocket, host: string): Promise<string> {
  tls.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  return new Promise((resolve, reject) => {
    let text = '';
    tls.on('error', reject);
    tls.on('close', () => reject(new Error(`closed after ${text.length} characters`)));
    tls.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      const body = text.slice(text.indexOf('\r\n\r\n') + 4);
      if (length !== undefined && body.length === Number(length)) resolve(body.trim());
    });
  });
}
