// The provider as the last stop of a sign-in: what it believes about addresses, and what it logs.
import { once } from 'node:events';
import { type Server, createServer as createHttpServer } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseAddress } from '../../protocol/address.ts';
import { type ProxyHeader, encodeProxyHeader } from '../../protocol/proxy-v2.ts';
import {
  type IdentityProvider,
  startIdentityProvider,
} from '../support/identity-provider/identity-provider.ts';
import { apps } from '../support/identity-provider/people.ts';
import type { SignIn } from '../support/identity-provider/sign-in-log.ts';
import { type SignInRequest, signIn } from '../support/sign-in.ts';

const host = 'login.contoso.test';
const workstation = '127.10.0.7';
const edge = '127.20.0.1';
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const person = { id: 'p1', name: 'Demo Person', username: 'person@contoso.test', password: 'correct horse' };

const rows: SignIn[] = [];
const notices: string[] = [];
let provider: IdentityProvider;
/** The same, told by a field of each request. */
let fieldReading: IdentityProvider;

beforeAll(async () => {
  const settings = {
    host,
    listen: { address: '127.30.0.1', port: 0 },
    trustedEdges: [edge],
    people: [person],
    trustedLocation: { name: 'Head office', ranges: ['127.10.0.0/24'] },
    onSignIn: (row: SignIn) => void rows.push(row),
    onNotice: (line: string) => void notices.push(line),
  };
  provider = await startIdentityProvider({ ...settings, told: 'proxy-v2' });
  fieldReading = await startIdentityProvider({ ...settings, told: 'forwarded' });
});
afterAll(() => Promise.all([provider.close(), fieldReading.close()]));
beforeEach(() => {
  rows.length = 0;
  notices.length = 0;
});

describe('a sign-in', () => {
  test('with a PROXY header is judged and logged by the source in the header', async () => {
    const result = await signInWith(proxied(workstation));
    expect(result).toMatchObject({
      kind: 'tokens',
      claims: { sub: 'p1', preferred_username: 'person@contoso.test', name: 'Demo Person' },
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      ipAddress: workstation,
      isThroughGlobalSecureAccess: true,
      globalSecureAccessIpAddress: edge,
      userPrincipalName: 'person@contoso.test',
      appDisplayName: 'Contoso Desktop',
      clientAppUsed: 'Mobile Apps and Desktop clients',
      conditionalAccessStatus: 'success',
      status: { errorCode: 0 },
      networkLocationDetails: [{ networkType: 'trustedNamedLocation', networkNames: ['Head office'] }],
      correlationId: '0af76519-16cd-43dd-8448-eb211c80319c',
    });
  });

  test('with a LOCAL header belongs to the edge and is blocked by the policy', async () => {
    const result = await signInWith({ command: 'local' });
    expect(result).toMatchObject({ kind: 'denied', error: 'access_denied' });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      ipAddress: edge,
      globalSecureAccessIpAddress: edge,
      userPrincipalName: 'person@contoso.test',
      conditionalAccessStatus: 'failure',
      status: { errorCode: 53_003 },
      networkLocationDetails: [],
    });
    expect(rows[0]?.status.additionalDetails).toContain('127.20.0.1 is outside');
  });

  test('with a wrong password gets no tokens and is logged without a policy', async () => {
    await expect(signInWith(proxied(workstation), { password: 'wrong' })).rejects.toThrow(
      'password is wrong',
    );
    expect(rows).toMatchObject([
      { conditionalAccessStatus: 'notApplied', status: { errorCode: 50_126 }, ipAddress: workstation },
    ]);
  });
});

describe('the front', () => {
  test('takes no address from a field of the request', async () => {
    const page = await get(proxied(workstation), host, 'X-Forwarded-For: 198.51.100.9\r\n', '/signed-in');
    expect(page).toContain('Seen as <strong>127.10.0.7</strong>');
  });

  test('refuses any other host, whose name would end up in the discovery document', async () => {
    expect(await get(proxied(workstation), 'evil.test')).toMatch(/^HTTP\/1\.1 421 /);
  });

  test('reads a header that comes byte by byte', async () => {
    const bytes = encodeProxyHeader(proxied(workstation));
    const socket = await dial(edge);
    socket.setNoDelay(true);
    for (const byte of bytes) {
      socket.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await getOver(socket, host)).toContain('"issuer"');
  });

  test('resets a peer that is not an edge, before it has said anything', async () => {
    const socket = connect({ host: '127.30.0.1', port: provider.port, localAddress: '127.20.0.99' });
    await expect(ended(socket)).resolves.toBe('reset');
    expect(notices).toEqual(['refused 127.20.0.99: not an edge']);
  });

  test.each([
    ['no header', Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello'), 'bad-signature'],
    ['a wrong checksum', corrupted(), 'bad-checksum'],
  ])('resets a connection with %s', async (_name, bytes, reason) => {
    const socket = await dial(edge);
    socket.write(bytes);
    await expect(ended(socket)).resolves.toBe('reset');
    expect(notices).toEqual([`refused ${edge}: PROXY header: ${reason}`]);
  });

  test('resets half a header after three seconds of silence', async () => {
    const socket = await dial(edge);
    socket.write(encodeProxyHeader(proxied(workstation)).subarray(0, 20));
    await expect(ended(socket)).resolves.toBe('reset');
    expect(notices).toEqual([`refused ${edge}: no complete PROXY header in time`]);
  });
});

describe('the front that is told by X-Forwarded-For', () => {
  test.each([
    ['believes the left-most address', 'X-Forwarded-For: 198.51.100.9, 127.10.0.7\r\n', '198.51.100.9'],
    ['takes the peer where none is told', '', edge],
  ])('%s', async (_name, fields, address) => {
    const socket = await dial(edge, fieldReading);
    const page = await getOver(socket, host, fields, '/signed-in', fieldReading);
    expect(page).toContain(`Seen as <strong>${address}</strong>`);
  });

  test('resets a peer that is not an edge', async () => {
    const { port } = fieldReading;
    const socket = connect({ host: '127.30.0.1', port, localAddress: '127.20.0.99' });
    await expect(ended(socket)).resolves.toBe('reset');
    expect(notices).toEqual(['refused 127.20.0.99: not an edge']);
  });
});

function proxied(address: string): ProxyHeader {
  return {
    command: 'proxy',
    source: { address: parseAddress(address)!, port: 51_515 },
    destination: { address: parseAddress('127.30.0.1')!, port: 443 },
    uniqueId: traceparent,
  };
}

function corrupted(): Uint8Array {
  const bytes = encodeProxyHeader(proxied(workstation));
  bytes[16] = 10;
  return bytes;
}

async function signInWith(header: ProxyHeader, changes: Partial<SignInRequest> = {}) {
  const hop = await startHop(header);
  try {
    return await signIn({
      proxy: `http://127.0.0.1:${(hop.address() as AddressInfo).port}`,
      issuer: provider.issuer,
      authority: provider.authority,
      clientId: apps.native,
      username: person.username,
      password: person.password,
      ...changes,
    });
  } finally {
    hop.close();
    hop.closeAllConnections();
  }
}

/** Agent and edge in one: a CONNECT proxy that dials the provider from the edge's address and writes `header` first. */
async function startHop(header: ProxyHeader): Promise<Server> {
  const hop = createHttpServer();
  hop.on('connect', (_request, client: Socket, head: Buffer) => {
    const upstream = connect({ host: '127.30.0.1', port: provider.port, localAddress: edge });
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    upstream.write(encodeProxyHeader(header));
    upstream.write(head);
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    client.pipe(upstream).pipe(client);
  });
  hop.listen(0, '127.0.0.1');
  await once(hop, 'listening');
  return hop;
}

async function dial(localAddress: string, { port } = provider): Promise<Socket> {
  const socket = connect({ host: '127.30.0.1', port, localAddress });
  await once(socket, 'connect');
  return socket;
}

async function get(
  header: ProxyHeader,
  hostField: string,
  fields = '',
  path = '/.well-known/openid-configuration',
) {
  const socket = await dial(edge);
  socket.write(encodeProxyHeader(header));
  return getOver(socket, hostField, fields, path);
}

async function getOver(
  socket: Socket,
  hostField: string,
  fields = '',
  path = '/.well-known/openid-configuration',
  { authority } = provider,
): Promise<string> {
  const tls = connectTls({ socket, servername: host, ca: authority });
  tls.write(`GET ${path} HTTP/1.1\r\nHost: ${hostField}\r\nConnection: close\r\n${fields}\r\n`);
  let text = '';
  for await (const chunk of tls) text += String(chunk);
  return text;
}

/** How the other end ended the connection. */
async function ended(socket: Socket): Promise<'reset' | 'clean'> {
  socket.resume();
  return new Promise((resolve) => {
    socket.on('error', () => resolve('reset'));
    socket.on('end', () => {
      socket.destroy();
      resolve('clean');
    });
  });
}
