// Asking a witness over real TLS: what comes back, and that every kind of wrong answer fails closed with its name.
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../agent/clock.ts';
import { createEgressDetector } from '../../agent/egress/detector.ts';
import { type WitnessAnswer, witnessProbe, type WitnessTarget } from '../../agent/egress/witness-probe.ts';
import { parsePrefix } from '../../protocol/address.ts';
import { createPki, type Identity, type Pki } from '../support/pki.ts';
import {
  createWitnessKey,
  sendStatement,
  startWitness,
  statement,
  type TestWitness,
  type WitnessKey,
} from '../support/test-witness.ts';

let pki: Pki;
let device: Identity;
let key: WitnessKey;
let witness: TestWitness;

beforeAll(async () => {
  pki = createPki();
  device = pki.device('laptop-1');
  key = await createWitnessKey();
});
beforeEach(async () => {
  witness = await startWitness(pki, key);
});
afterEach(() => witness.close());

function target(change: Partial<WitnessTarget> = {}): WitnessTarget {
  return {
    family: 'ipv4',
    endpoint: { url: `https://edge.contoso.test:${witness.port}`, addresses: ['127.0.0.1'] },
    localAddress: '127.0.0.7',
    key: device.key,
    certificate: device.cert,
    authority: pki.ca.cert,
    expected: {
      family: 'ipv4',
      keys: key.jwks,
      issuer: 'https://edge.contoso.test',
      thumbprint: device.thumbprint,
    },
    budgetMs: 5000,
    ...change,
  };
}

function ask(change: Partial<WitnessTarget> = {}): Promise<WitnessAnswer> {
  return witnessProbe(target(change), systemClock)(new AbortController().signal);
}

async function reason(change: Partial<WitnessTarget> = {}): Promise<string> {
  const answer = await ask(change);
  return answer.kind === 'seen' ? 'seen' : answer.reason;
}

describe('a witness that is right', () => {
  it('states the address that the question came from', async () => {
    expect(await ask()).toMatchObject({ kind: 'seen', address: { text: '127.0.0.7' } });
    expect(witness.requests[0]).toMatchObject({ method: 'GET', url: '/.well-known/egress' });
    expect(witness.requests[0]?.headers.host).toBe(`edge.contoso.test:${witness.port}`);
  });

  it('is asked over a connection of its own each time', async () => {
    await ask();
    await ask();
    expect(new Set(witness.requests.map((request) => request.socket.remotePort)).size).toBe(2);
  });

  it('is reached at the next address when the first is dead', async () => {
    const endpoint = {
      url: `https://edge.contoso.test:${witness.port}`,
      addresses: ['127.0.0.99', '::1', '127.0.0.1'],
    };
    expect(await reason({ endpoint })).toBe('seen');
  });

  it('is reached by IPv6 when that is the family', async () => {
    const v6 = await startWitness(pki, key, { host: '::1' });
    try {
      const change = {
        family: 'ipv6',
        localAddress: null,
        endpoint: { url: `https://[::1]:${v6.port}` },
        expected: { ...target().expected, family: 'ipv6' },
      } as const;
      expect(await ask(change)).toMatchObject({ kind: 'seen', address: { text: '::1' } });
    } finally {
      await v6.close();
    }
  });
});

describe('a wrong statement', () => {
  it.each([
    ['expired', { iat: 1_700_000_000, exp: 1_700_000_300 }],
    ['wrong-issuer', { iss: 'https://edge.fabrikam.test' }],
    ['wrong-device', { cnf: { 'x5t#S256': 'someone-else' } }],
    ['wrong-family', { ip: '2600::1' }],
  ])('fails as %s', async (expected, change) => {
    witness.answer = (peer, response) => {
      void key
        .sign({ ...statement({ ...peer, now: Date.now() }), ...change })
        .then((jws) => sendStatement(response, jws));
    };
    expect(await reason()).toBe(expected);
  });

  it('fails as bad-signature when another key signed it', async () => {
    const impostor = await createWitnessKey();
    witness.answer = (peer, response) => {
      void impostor.sign(statement({ ...peer, now: Date.now() })).then((jws) => sendStatement(response, jws));
    };
    expect(await reason()).toBe('bad-signature');
  });
});

describe('an answer that is no statement', () => {
  it.each([
    ['a page', (r: Answer) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>')],
    ['a redirect', (r: Answer) => r.writeHead(302, { location: 'https://portal.test/' }).end()],
    ['an error', (r: Answer) => r.writeHead(500).end()],
    [
      'too many bytes',
      (r: Answer) => r.writeHead(200, { 'content-type': 'application/jwt' }).end('x'.repeat(8193)),
    ],
  ])('fails as unexpected-answer: %s', async (_, act) => {
    witness.answer = (_peer, response) => act(response);
    expect(await reason()).toBe('unexpected-answer');
  });

  it('fails as address-not-allowed when the witness sees a private address', async () => {
    witness.answer = (peer, response) => {
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: 'address-not-allowed', address: peer.ip }));
    };
    expect(await ask()).toEqual({ kind: 'failed', reason: 'address-not-allowed', detail: '127.0.0.7' });
    witness.answer = (_peer, response) => response.writeHead(403).end('<html>');
    expect(await reason()).toBe('device-refused');
  });

  it('fails as unreachable when it breaks off', async () => {
    witness.answer = (_peer, response) => {
      response.writeHead(200, { 'content-type': 'application/jwt', 'content-length': '600' });
      response.write('eyJ', () => response.destroy());
    };
    expect(await reason()).toBe('unreachable');
  });

  it('fails as timeout when it comes too slowly, within the budget', async () => {
    witness.answer = (_peer, response) => {
      response.writeHead(200, { 'content-type': 'application/jwt' });
      response.write('eyJ');
    };
    const before = performance.now();
    expect(await reason({ budgetMs: 300 })).toBe('timeout');
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it('fails as aborted when nobody wants it any more', async () => {
    witness.answer = () => undefined;
    const abort = new AbortController();
    const asked = witnessProbe(target(), systemClock)(abort.signal);
    await expect.poll(() => witness.requests.length).toBe(1);
    abort.abort();
    expect(await asked).toMatchObject({ kind: 'failed', reason: 'aborted' });
  });
});

describe('somebody else in the place of the witness', () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });

  async function listen(server: Server): Promise<{ url: string; addresses: string[] }> {
    servers.push(server);
    server.on('error', () => undefined);
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `https://edge.contoso.test:${port}`, addresses: ['127.0.0.1'] };
  }

  it('a portal with the certificate of a foreign authority is untrusted', async () => {
    const portal = await startWitness(pki, key, {
      identity: pki.rogue.issue('portal', { usage: 'server', names: ['edge.contoso.test'] }),
    });
    portal.answer = (_peer, response) => response.end('<html>Please sign in</html>');
    try {
      const endpoint = { url: `https://edge.contoso.test:${portal.port}`, addresses: ['127.0.0.1'] };
      expect(await reason({ endpoint })).toBe('untrusted');
      expect(portal.requests).toEqual([]);
    } finally {
      await portal.close();
    }
  });

  it('a server of the same authority with another name is untrusted', async () => {
    const identity = pki.ca.issue('mail', { usage: 'server', names: ['mail.contoso.test'] });
    const other = await startWitness(pki, key, { identity });
    try {
      const endpoint = { url: `https://edge.contoso.test:${other.port}`, addresses: ['127.0.0.1'] };
      expect(await reason({ endpoint })).toBe('untrusted');
    } finally {
      await other.close();
    }
  });

  it('a portal that speaks plain HTTP is untrusted', async () => {
    const endpoint = await listen(
      createServer((socket) => {
        socket.end('HTTP/1.1 302 Found\r\nLocation: http://portal.test/\r\nContent-Length: 0\r\n\r\n');
      }),
    );
    expect(await reason({ endpoint })).toBe('untrusted');
  });

  it('a server below TLS 1.3 is untrusted', async () => {
    const { cert, key: privateKey } = pki.edge;
    const endpoint = await listen(createTlsServer({ cert, key: privateKey, maxVersion: 'TLSv1.2' }));
    expect(await reason({ endpoint })).toBe('untrusted');
  });

  it('one that accepts and never speaks is a timeout', async () => {
    const endpoint = await listen(createServer(() => undefined));
    expect(await reason({ endpoint, budgetMs: 300 })).toBe('timeout');
  });

  it('one that hangs up is unreachable, and so is a closed port', async () => {
    const endpoint = await listen(createServer((socket) => socket.destroy()));
    expect(await reason({ endpoint })).toBe('unreachable');
    const gone = { url: `https://edge.contoso.test:${witness.port}`, addresses: ['127.0.0.98'] };
    expect(await reason({ endpoint: gone })).toBe('unreachable');
  });
});

describe('a device that cannot ask', () => {
  it('is told device-refused when its certificate is not the organisation’s', async () => {
    const { cert, key: privateKey } = pki.rogueDevice();
    expect(await reason({ certificate: cert, key: privateKey })).toBe('device-refused');
  });

  it('has no route when the source address is not its own or the witness lacks the family', async () => {
    expect(await reason({ localAddress: '192.0.2.1' })).toBe('no-route');
    const endpoint = { url: `https://edge.contoso.test:${witness.port}`, addresses: ['::1'] };
    expect(await reason({ endpoint })).toBe('no-route');
  });

  it('is told name-not-found when the name does not resolve', async () => {
    // A label of more than 63 characters is refused by the resolver itself; no query leaves the machine.
    const endpoint = { url: `https://${'w'.repeat(64)}.test:${witness.port}` };
    expect(await reason({ endpoint })).toBe('name-not-found');
  });
});

describe('detector and witness together', () => {
  it('attach a statement once the edge names the range, and nothing after the network changed', async () => {
    const detector = createEgressDetector({
      witness: {
        ipv4: { operator: 'Contoso', asked: 'edge', ask: witnessProbe(target(), systemClock) },
        ipv6: null,
      },
      thirdParties: { ipv4: [], ipv6: [] },
      longestIntervalMs: 120_000,
      clock: systemClock,
      random: () => 0,
      onChange: () => undefined,
      onAddressChanged: () => undefined,
    });
    detector.start();
    await detector.refresh();
    expect(detector.attestations()).toEqual([]);
    detector.setSourceRanges([parsePrefix('127.0.0.0/8')!]);
    expect(detector.attestations()).toHaveLength(1);
    detector.networkChanged(1);
    expect(detector.attestations()).toEqual([]);
    await expect.poll(() => detector.attestations().length).toBe(1);
    detector.stop();
  });
});

type Answer = Parameters<NonNullable<TestWitness['answer']>>[1];
