// Asking echo services over real TLS: each shape of a good answer, and everything that must not pass for one.
import type { ServerResponse } from 'node:http';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../agent/clock.ts';
import { httpsEchoProbe, type HttpsEchoTarget } from '../../agent/egress/https-echo-probe.ts';
import { type EchoService, startEchoService } from '../support/echo-service.ts';
import { startOrigin } from '../support/origins.ts';
import { createPki, type Pki } from '../support/pki.ts';

let pki: Pki;
let service: EchoService;
const trusted = getCACertificates('default');

beforeAll(() => {
  pki = createPki();
  // The probe trusts what Node trusts; a service of the tests is signed by their own authority.
  setDefaultCACertificates([pki.ca.cert]);
});
afterAll(() => setDefaultCACertificates(trusted));
beforeEach(async () => {
  service = await startEchoService(pki.edge);
});
afterEach(() => service.close());

async function outcome(
  target: Partial<HttpsEchoTarget> = {},
  signal = new AbortController().signal,
): Promise<string> {
  const defaults = { family: 'ipv4', localAddress: null, budgetMs: 5000 } as const;
  const url = new URL(`https://localhost:${service.port}/ip?format=text`);
  const answer = await httpsEchoProbe({ ...defaults, url, ...target }, systemClock)(signal);
  return answer.kind === 'seen' ? answer.address.text : `${answer.reason}: ${answer.detail}`;
}

describe('a service that tells', () => {
  it('is asked by name over the forced family, from the configured address, each time anew', async () => {
    expect(await outcome({ localAddress: '127.0.0.7' })).toBe('127.0.0.7');
    expect(await outcome({ localAddress: '127.0.0.7' })).toBe('127.0.0.7');
    expect(service.requests[0]?.request).toMatchObject({
      method: 'GET',
      url: '/ip?format=text',
      headers: { host: `localhost:${service.port}` },
    });
    expect(new Set(service.requests.map(({ request }) => request.socket.remotePort)).size).toBe(2);
  });

  it('is asked by address over IPv6', async () => {
    const v6 = await startEchoService(pki.edge, '::1');
    try {
      expect(await outcome({ family: 'ipv6', url: new URL(`https://[::1]:${v6.port}/`) })).toBe('::1');
    } finally {
      await v6.close();
    }
  });

  it.each([
    ['JSON', (ip: string) => JSON.stringify({ ip })],
    ['a trace', (ip: string) => `h=localhost\nip=${ip}\ntls=TLSv1.3\n`],
  ])('may answer with %s', async (_, wrap) => {
    service.answer = (caller, response) => response.end(wrap(caller));
    expect(await outcome({ localAddress: '127.0.0.7' })).toBe('127.0.0.7');
  });
});

describe('an answer that does not count', () => {
  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      'a redirect',
      (r) => r.writeHead(302, { location: 'https://portal.test/' }).end(),
      /^redirected: to https:\/\/portal\.test\/$/,
    ],
    [
      'a page',
      (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'),
      /^page: /,
    ],
    ['a portal by its status', (r) => r.writeHead(511).end('<html>'), /^page: a portal answered 511$/],
    ['an error', (r) => r.writeHead(503).end('192.0.2.7'), /^unexpected-answer: the service answered 503$/],
    ['nothing', (r) => r.end(), /^malformed: an empty answer$/],
    ['prose', (r) => r.end('You are 192.0.2.7'), /^malformed: the answer names no address$/],
    ['a list of proxies', (r) => r.end('{"origin":"192.0.2.7, 198.51.100.5"}'), /^several-addresses: /],
    ['the other family', (r) => r.end('2001:db8::7'), /^wrong-family: 2001:db8::7$/],
    ['too much', (r) => r.end(`192.0.2.7${' '.repeat(5000)}`), /^unexpected-answer: longer than 4096 bytes$/],
    [
      'an address without end',
      (r) => endless(r, Buffer.alloc(1024, ' ')),
      /^unexpected-answer: longer than 4096 bytes$/,
    ],
    ['a drip', (r) => void r.writeHead(200).write('192.0.2.'), /^timeout: /],
    ['a head that never ends', (r) => r.socket!.write('HTTP/1.1 200 OK\r\nx: '), /^timeout: /],
    [
      'a head too long',
      (r) => r.socket!.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`),
      /^unexpected-answer: /,
    ],
    [
      'an end half-way',
      (r) => void r.writeHead(200, { 'content-length': '20' }).write('192.', () => r.destroy()),
      /^unreachable: /,
    ],
    ['a hang-up', (r) => void r.destroy(), /^hung-up: /],
  ])('%s', async (_, answer, expected) => {
    service.answer = (_caller, response) => answer(response);
    const before = performance.now();
    expect(await outcome({ budgetMs: 500 })).toMatch(expected);
    expect(performance.now() - before).toBeLessThan(3000);
    // Nobody follows anywhere.
    expect(service.requests).toHaveLength(1);
  });

  it('is given up when nobody wants it any more', async () => {
    service.answer = () => undefined;
    const abort = new AbortController();
    const asked = outcome({}, abort.signal);
    await expect.poll(() => service.requests.length).toBe(1);
    abort.abort();
    expect(await asked).toBe('aborted: ');
  });
});

describe('somebody else in its place', () => {
  it('with the certificate of a foreign authority, or of another name, is untrusted and learns nothing', async () => {
    for (const identity of [
      pki.rogue.issue('portal', { usage: 'server', names: ['localhost'] }),
      pki.ca.issue('other', { usage: 'server', names: ['other.contoso.test'] }),
    ]) {
      const other = await startEchoService(identity);
      expect(await outcome({ url: new URL(`https://localhost:${other.port}/`) })).toMatch(/^untrusted: /);
      expect(other.requests).toEqual([]);
      await other.close();
    }
  });

  it('without TLS is untrusted', async () => {
    const portal = await startOrigin((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n192.0.2.7'),
    );
    expect(await outcome({ url: new URL(`https://localhost:${portal.port}/`) })).toMatch(/^untrusted: /);
    await portal.close();
  });

  it('nobody: a closed port, a name that is none, an address that is not this device’s', async () => {
    expect(await outcome({ url: new URL('https://127.0.0.99:9/') })).toMatch(/^unreachable: .*ECONNREFUSED/);
    // A label of more than 63 characters is refused by the resolver itself; no query leaves the machine.
    expect(await outcome({ url: new URL(`https://${'e'.repeat(64)}.test/`) })).toMatch(/^name-not-found: /);
    expect(await outcome({ localAddress: '192.0.2.1' })).toMatch(/^no-route: /);
  });
});

function endless(response: ServerResponse, chunk: Buffer): void {
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    response.once('drain', more);
  };
  more();
}
