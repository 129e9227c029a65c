// The person's address at real receivers: HAProxy checks the header's checksum, nginx believes it; both through the edge.
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseAddress } from '../../protocol/address.ts';
import { decodeProxyHeader } from '../../protocol/proxy-v2.ts';
import { signEgressToken } from '../../edge/identity/witness-token.ts';
import {
  answered,
  type DataPlane,
  issuer,
  openFlow,
  openSession,
  startDataPlane,
  textOf,
} from '../support/data-plane.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { type Origin, startOrigin } from '../support/origins.ts';
import { patience } from '../support/patience.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';
import { type Receiver, startHaproxy, startNginx } from '../support/receivers.ts';

const haproxy = installedProgram('haproxy');
const nginx = installedProgram('nginx');
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
/** The device's address towards the edge; any of 127.0.0.0/8 may be bound on Linux. */
const workstation = '127.10.0.7';

let group: ProgramGroup;
let edge: DataPlane;
let raw: Origin;
let segments: Buffer[] = [];

beforeAll(async () => {
  group = createProgramGroup();
  edge = await startDataPlane({ policy: { egress: { ipv4: '127.20.0.1', ipv6: null } } });
  const told = edge.pki.ca.issue('told.contoso.test', { usage: 'server', names: ['told.contoso.test'] });
  raw = await startOrigin((socket) => {
    socket.on('data', (chunk: Buffer) => segments.push(chunk));
    socket.on('end', () => socket.end());
  });
  const route = (match: string, { host, port }: Pick<Receiver, 'host' | 'port'>) =>
    ({ match, class: 'proxy-v2', upstream: { address: host, port }, family: 'ipv4' }) as const;
  edge.state.policy = {
    ...edge.state.policy,
    classes: [
      route('raw.contoso.test', raw),
      ...(haproxy === null
        ? []
        : [route('haproxy.contoso.test', await startHaproxy({ group, program: haproxy, identity: told }))]),
      ...(nginx === null
        ? []
        : [
            {
              ...route('nginx.contoso.test', await startNginx({ group, program: nginx, identity: told })),
              proxyFields: 'checksum' as const,
            },
          ]),
    ],
  };
});

afterAll(async () => {
  await edge.close();
  await raw.close();
  await group.end();
});

test.skipIf(haproxy === null)('HAProxy logs the workstation, the name and the trace', async () => {
  expect(await ask('haproxy.contoso.test')).toBe(`${workstation} haproxy.contoso.test ${traceparent}`);
  await vi.waitFor(() => {
    expect(edge.records.at(-1)).toMatchObject({
      class: 'proxy-v2',
      peerAddress: workstation,
      statedAddress: workstation,
      edgeAddress: '127.20.0.1',
      assurance: 'observed',
      signaling: 'enabled',
      traceparent,
    });
  }, patience);
});

test.skipIf(nginx === null)(
  'nginx takes the workstation for the client and the edge for the peer',
  async () => {
    expect(await ask('nginx.contoso.test')).toBe(`${workstation} 127.20.0.1`);
  },
);

describe('with signalling off, from the next flow on', () => {
  beforeAll(() => (edge.state.signaling = 'disabled'));
  afterAll(() => (edge.state.signaling = 'enabled'));

  test.skipIf(haproxy === null)('HAProxy still accepts the connection and sees the edge', async () => {
    expect(await ask('haproxy.contoso.test')).toBe('127.20.0.1');
    await vi.waitFor(() => {
      expect(edge.records.at(-1)).toMatchObject({ statedAddress: null, signaling: 'disabled' });
    }, patience);
  });

  test.skipIf(nginx === null)('nginx sees the edge', async () => {
    expect(await ask('nginx.contoso.test')).toBe('127.20.0.1 127.20.0.1');
  });
});

test('the header and the first bytes leave together', async () => {
  segments = [];
  const session = await openSession(edge, { localAddress: workstation });
  const stream = openFlow(session, 'raw.contoso.test:443', { traceparent });
  stream.end('first bytes');
  await textOf(stream);
  const [segment = Buffer.alloc(0)] = segments;
  const decoded = decodeProxyHeader(segment);
  expect(decoded).toMatchObject({
    kind: 'complete',
    header: { command: 'proxy', source: { address: { text: workstation } }, device: edge.device.thumbprint },
  });
  expect(segment.subarray(decoded.kind === 'complete' ? decoded.length : 0).toString()).toBe('first bytes');
  session.destroy();
});

test('a flow in the older state keeps what its destination was told when it opened', async () => {
  segments = [];
  const session = await openSession(edge, { localAddress: workstation });
  const { stream } = await answered(session, 'raw.contoso.test:443');
  edge.state.signaling = 'disabled';
  stream.end('later');
  await textOf(stream);
  edge.state.signaling = 'enabled';
  expect(decodeProxyHeader(Buffer.concat(segments))).toMatchObject({
    header: { source: { address: { text: workstation } } },
  });
  session.destroy();
});

test('an attestation serves where the peer is no possible source; a forged one does not', async () => {
  const before = edge.state.policy;
  edge.state.policy = { ...before, sourceRanges: [] };
  const token = await signEgressToken(edge.witnessKey, {
    issuer,
    address: parseAddress('20.190.128.7')!,
    thumbprint: edge.device.thumbprint,
    tokenId: 'one',
    nowMs: Date.now(),
  });
  expect(await statedWith(`"${token}"`)).toMatchObject({
    source: { address: { text: '20.190.128.7' }, port: 0 },
  });
  expect(await statedWith(`"${token.slice(0, -4)}AAAA"`)).toEqual({ command: 'local' });
  expect(edge.records.at(-1)).toMatchObject({
    attestationFaults: ['bad-signature'],
    flags: ['source-unknown'],
  });
  edge.state.policy = before;
});

test('a strict edge refuses a statement for another address, and tells which it sees', async () => {
  const before = edge.state.policy;
  edge.state.policy = { ...before, strict: true };
  const statement = async (text: string) =>
    signEgressToken(edge.witnessKey, {
      issuer,
      address: parseAddress(text)!,
      thumbprint: edge.device.thumbprint,
      tokenId: 'one',
      nowMs: Date.now(),
    });
  const session = await openSession(edge, { localAddress: workstation });
  const ask = async (text: string) =>
    answered(session, 'raw.contoso.test:443', { 'egress-attestation': `"${await statement(text)}"` });

  const refused = await ask('20.190.128.7');
  expect(refused.status).toBe(403);
  expect(refused.headers).toMatchObject({
    'proxy-status': 'edge.contoso.test;error=http_request_denied;details="egress-mismatch"',
    'egress-observed': `"${workstation}";assurance=observed`,
  });
  const agreeing = await ask(workstation);
  expect(agreeing.headers['egress-observed']).toBe(`"${workstation}";assurance=observed+attested`);
  agreeing.stream.end();
  // The other family says nothing about this one.
  expect((await ask('2603:1006:2000::7')).status).toBe(200);
  edge.state.policy = before;
  session.destroy();
});

test('where an address is required, a destination that would be told none is not reached', async () => {
  const before = edge.state.policy;
  edge.state.policy = {
    ...before,
    sourceRanges: [],
    sourceUnknown: 'refuse',
    classes: [
      ...before.classes,
      { match: 'plain.contoso.test', class: 'opaque', upstream: { address: raw.host, port: raw.port + 1 } },
    ],
  };
  const session = await openSession(edge, { localAddress: workstation });
  const refused = await answered(session, 'raw.contoso.test:443');
  expect(refused.status).toBe(403);
  expect(refused.headers).toMatchObject({
    'proxy-status': 'edge.contoso.test;error=http_request_denied;details="source-unknown"',
    'egress-observed': `"${workstation}";assurance=unknown`,
  });
  // Classes that tell nothing need no address, and neither does signalling that is off.
  const plain = await answered(session, 'plain.contoso.test:443');
  expect(plain.headers['proxy-status']).not.toContain('source-unknown');
  edge.state.signaling = 'disabled';
  expect((await answered(session, 'raw.contoso.test:443')).status).toBe(200);
  edge.state.signaling = 'enabled';
  edge.state.policy = before;
  session.destroy();
});

describe('a statement that does not count leaves the source as if it were absent, by name:', () => {
  const now = () => Date.now();
  const cases: [
    fault: string,
    changes: Partial<Parameters<typeof signEgressToken>[1]>,
    spoil?: (jws: string) => string,
  ][] = [
    ['expired', { nowMs: now() - 400_000 }],
    ['not-yet-valid', { nowMs: now() + 90_000 }],
    ['other-device', { thumbprint: 'B'.repeat(43) }],
    ['other-issuer', { issuer: 'https://edge.fabrikam.test' }],
    ['address-not-allowed', { address: parseAddress('192.168.1.20')! }],
    ['address-not-allowed', { address: parseAddress('64:ff9b::14be:8007')! }],
    ['bad-signature', {}, (jws) => jws.replace(/.{4}$/, 'AAAA')],
    ['malformed', {}, (jws) => jws.slice(0, 100)],
  ];
  test.each(cases)('%s', async (fault, changes, spoil = (jws) => jws) => {
    const jws = await signEgressToken(edge.witnessKey, {
      issuer,
      address: parseAddress('20.190.128.7')!,
      thumbprint: edge.device.thumbprint,
      tokenId: 'one',
      nowMs: now(),
      ...changes,
    });
    // Here a believed one would show as a mismatch with the peer.
    expect(await statedWith(`"${spoil(jws)}"`)).toMatchObject({ source: { address: { text: workstation } } });
    await vi.waitFor(
      () =>
        expect(edge.records.at(-1)).toMatchObject({
          attestationFaults: [fault],
          attestedIpv4: null,
          attestedIpv6: null,
          flags: [],
          assurance: 'observed',
        }),
      patience,
    );
  });

  test('other-family: valid, and still of no use to a destination that is told the peer', async () => {
    const address = parseAddress('2603:1006:2000:1::7')!;
    const jws = await signEgressToken(edge.witnessKey, {
      issuer,
      address,
      thumbprint: edge.device.thumbprint,
      tokenId: 'one',
      nowMs: now(),
    });
    expect(await statedWith(`"${jws}"`)).toMatchObject({ source: { address: { text: workstation } } });
    await vi.waitFor(
      () =>
        expect(edge.records.at(-1)).toMatchObject({
          attestationFaults: ['other-family'],
          attestedIpv6: address.text,
          statedAddress: workstation,
          flags: [],
          assurance: 'observed',
        }),
      patience,
    );
  });
});

async function statedWith(attestation: string): Promise<unknown> {
  segments = [];
  const session = await openSession(edge, { localAddress: workstation });
  const stream = openFlow(session, 'raw.contoso.test:443', {
    'egress-attestation': attestation,
    'egress-claim': '"8.8.8.8";src=stun',
  });
  stream.end('x');
  await textOf(stream);
  session.destroy();
  const decoded = decodeProxyHeader(Buffer.concat(segments));
  return decoded.kind === 'complete' ? decoded.header : decoded;
}

/** One HTTPS request through the tunnel; the body of the answer. */
async function ask(host: string): Promise<string> {
  const session = await openSession(edge, { localAddress: workstation });
  const { stream, status } = await answered(session, `${host}:443`, { traceparent });
  expect(status).toBe(200);
  const tls = connectTls({ socket: stream, servername: 'told.contoso.test', ca: edge.pki.ca.cert });
  tls.write('GET / HTTP/1.1\r\nHost: told.contoso.test\r\nConnection: close\r\n\r\n');
  const body = await bodyOf(tls);
  session.destroy();
  return body;
}

/** By its declared length: receivers reset a connection when they have said everything, and that is their right. */
function bodyOf(tls: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    tls.on('error', reject);
    tls.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      const body = text.slice(text.indexOf('\r\n\r\n') + 4);
      if (length !== undefined && body.length === Number(length)) resolve(body.trim());
    });
  });
}
