// Faults of real sockets and TLS in words, whatever wraps them; and nothing of what an answer may hold.
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer, get, type ServerOptions } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { OpenGsaError } from '../../../protocol/error.ts';
import { networkFault } from '../../../protocol/network-fault.ts';
import { createPki, type IssueOptions } from '../../support/pki.ts';

const pki = createPki();
const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** The port of an HTTPS server that breaks each request off. */
function tlsServer(options: ServerOptions): Promise<number> {
  return listening(createServer(options, (request) => request.socket.destroy()));
}

function certificate(options: Partial<IssueOptions>): ServerOptions {
  return pki.ca.issue('login.contoso.test', { usage: 'server', names: ['127.0.0.1'], ...options });
}

/** As libraries pass it on. */
async function faultAt(port: number, trusted: readonly string[] = [pki.ca.cert], signal?: AbortSignal) {
  const ca = [...trusted];
  const asked = get({
    host: '127.0.0.1',
    port,
    ca,
    agent: false,
    ...(signal === undefined ? {} : { signal }),
  });
  const [cause] = (await once(asked, 'error')) as [Error];
  return networkFault(new Error('something went wrong', { cause: new Error('unexpected', { cause }) }));
}

const ago = (days: number) => new Date(Date.now() - days * 24 * 3600 * 1000);

describe('what happens on the way is told:', () => {
  test('nobody listens', async () => {
    const server = createHttp();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    expect(await faultAt(port)).toEqual({ kind: 'network', text: 'connection refused' });
  });

  test('it breaks off', async () => {
    const port = await tlsServer(pki.edge);
    expect(await faultAt(port)).toEqual({ kind: 'network', text: 'it broke the connection off' });
  });

  test('it speaks no TLS', async () => {
    const port = await listening(createHttp());
    const fault = await faultAt(port);
    expect(fault?.text).toMatch(/^no TLS connection with it \((EPROTO|ERR_SSL_[A-Z_]+)\)$/);
  });

  test('nobody is known who vouches for it', async () => {
    const port = await tlsServer(pki.edge);
    const text = 'its certificate is of an authority that this machine does not know';
    expect(await faultAt(port, [])).toEqual({ kind: 'authority', text });
  });

  test.each([
    ['has expired', { notBefore: ago(9), notAfter: ago(1) }, /has expired, or the clock/],
    ['is for another name', { names: ['other.contoso.test'] }, /is for another name$/],
  ])('its certificate %s', async (_what, options, text) => {
    const fault = await faultAt(await tlsServer(certificate(options)));
    expect(fault).toEqual({ kind: 'network', text: expect.stringMatching(text) as string });
  });

  test('it says nothing, or nobody waits any longer', async () => {
    const port = await listening(createServer(pki.edge));
    expect(await faultAt(port, undefined, AbortSignal.timeout(20))).toMatchObject({
      text: 'no answer in time',
    });
    expect(await faultAt(port, undefined, AbortSignal.abort())).toMatchObject({ text: 'given up' });
  });

  test.each([
    ['ENOTFOUND', 'the name is not known'],
    ['EAI_AGAIN', 'no name server answers'],
    ['CERT_NOT_YET_VALID', 'its certificate is not valid yet, or the clock of this machine is wrong'],
    ['INVALID_PURPOSE', 'its certificate is not accepted (INVALID_PURPOSE)'],
    ['EMFILE', 'the connection failed (EMFILE)'],
    ['HPE_INVALID_CONSTANT', 'what answers does not speak HTTP (HPE_INVALID_CONSTANT)'],
  ])('%s', (code, text) => {
    expect(networkFault(Object.assign(new Error('getaddrinfo'), { code }))).toEqual({
      kind: 'network',
      text,
    });
  });

  test('a fault of our own, by its message', () => {
    const cause = new OpenGsaError('timeout', 'no answer in 10 s');
    expect(networkFault(new Error('something went wrong', { cause }))?.text).toBe(cause.message);
  });
});

describe('nothing is told of what may hold an answer:', () => {
  const secret = new Error('eyJhbGciOi...');
  test.each<[string, unknown]>([
    ['a message', secret],
    [
      'a library’s code',
      Object.assign(new Error('eyJ', { cause: secret }), { code: 'OAUTH_INVALID_RESPONSE' }),
    ],
    [
      'a code of Node for wrong arguments',
      Object.assign(new Error('eyJ'), { code: 'ERR_INVALID_ARG_VALUE' }),
    ],
    ['a code that is text', Object.assign(new Error('eyJ'), { code: 'E eyJ' })],
    ['a cause that is no error', new Error('eyJ', { cause: { id_token: 'eyJ', code: 'ECONNRESET' } })],
    ['nothing', undefined],
  ])('%s', (_what, error) => {
    expect(networkFault(error)).toBeNull();
  });

  test('an error that is its own cause', () => {
    const error = new Error('eyJ');
    error.cause = error;
    expect(networkFault(error)).toBeNull();
  });
});
