// The tunnel against edges that serve, die, refuse and misbehave.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Tunnel } from '../../agent/tunnel/tunnel.ts';
import { plainView } from '../support/data-plane.ts';
import { listen, readAll } from '../support/relay-chain.ts';
import {
  type EdgeBehaviour,
  pki,
  reaches,
  startFront,
  startTestEdge,
  startTunnel,
  tunnelRequest,
} from '../support/test-edge.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function edge(behaviour: EdgeBehaviour = {}) {
  const started = await startTestEdge(behaviour);
  cleanUp.push(started.close);
  return started;
}

function tunnelTo(...[edges, options]: Parameters<typeof startTunnel>): Tunnel {
  const tunnel = startTunnel(edges, options);
  cleanUp.push(tunnel.close);
  return tunnel;
}

/** An origin that says what it was sent when that has ended. */
async function originPort(handle: (socket: net.Socket) => void): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    handle(socket);
  });
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((done) => server.close(done));
  });
  return listen(server);
}

const echo = (socket: net.Socket) => void socket.pipe(socket);

async function frontTo(tunnel: Tunnel, port: number) {
  const front = await startFront(tunnel, port);
  cleanUp.push(front.close);
  return front;
}

test('a flow goes through, its first bytes with the request, and the answer tells the observed address', async () => {
  const target = await edge();
  const tunnel = tunnelTo([target]);
  await reaches(tunnel, 'connected');
  const opening = await tunnel.open(tunnelRequest(await originPort(echo)));
  if (opening.kind !== 'open') throw new Error(opening.denial.reason);
  opening.stream.duplex.write('hello');
  const [chunk] = (await once(opening.stream.duplex, 'data')) as [Buffer];
  expect(chunk.toString()).toBe('hello');
  expect(await opening.answer).toEqual({ kind: 'accepted', egressObserved: '127.0.0.1' });
  expect(tunnel.channels()[0]).toMatchObject({ state: 'up', protocol: 'h2', sessions: 1 });
  opening.stream.reset(new Error('done'));
});

test('10 MiB each way through the front arrive intact, with half-close', async () => {
  const tunnel = tunnelTo([await edge()]);
  const front = await frontTo(tunnel, await originPort(echo));
  const payload = randomBytes(10 * 1024 * 1024);
  const app = await front.connect();
  const back = readAll(app);
  app.end(payload);
  const seen = await back;
  expect(seen.end).toBe('fin');
  expect(createHash('sha256').update(seen.bytes).digest('hex')).toBe(
    createHash('sha256').update(payload).digest('hex'),
  );
});

test('a tunnel that is begun again while its flows drain can be ended again', async () => {
  const target = await edge();
  const tunnel = tunnelTo([target]);
  const front = await frontTo(tunnel, await originPort(echo));
  const app = await front.connect();
  app.write('a');
  await once(app, 'data');
  const firstDrain = tunnel.drain(300);
  tunnel.start();
  await reaches(tunnel, 'connected');
  await firstDrain;
  await expect.poll(() => target.sessions.size).toBe(1);
  expect(tunnel.state().kind).toBe('connected');
  await tunnel.drain(300);
  await expect.poll(() => target.sessions.size).toBe(0);
});

describe('edges that cannot be used', () => {
  test('the next edge serves when the first is gone', async () => {
    const gone = await startTestEdge();
    await gone.close();
    const tunnel = tunnelTo([gone, await edge()]);
    await reaches(tunnel, 'connected');
    expect(tunnel.state()).toMatchObject({ kind: 'connected', edge: 1 });
  });

  test('an edge that dies in mid-flow is a reset at the application, and the next edge takes over', async () => {
    const [first, second] = [await edge(), await edge()];
    const tunnel = tunnelTo([first, second]);
    const front = await frontTo(tunnel, await originPort(echo));
    const app = await front.connect();
    app.write('x');
    await once(app, 'data');
    const seen = readAll(app);
    await first.close();
    expect((await seen).end).toBe('reset');
    await reaches(tunnel, 'connected');
    const again = await front.connect();
    again.write('y');
    expect(String((await once(again, 'data'))[0])).toBe('y');
    again.resetAndDestroy();
  });

  test('a device that the edge does not know is refused, not unreachable', async () => {
    const stranger = pki.rogueDevice();
    const tunnel = tunnelTo([await edge()], {
      credentials: { key: stranger.key, certificate: stranger.cert, authority: pki.ca.cert },
    });
    await reaches(tunnel, 'blocked');
    expect(tunnel.state()).toMatchObject({ reason: 'device-refused' });
    expect(await tunnel.open(tunnelRequest(443))).toMatchObject({
      kind: 'refused',
      denial: { reason: 'device-refused' },
    });
  });

  test('an edge of another authority, or of another name, is not trusted', async () => {
    const target = await edge();
    const device = pki.device('laptop-2');
    const foreign = tunnelTo([target], {
      credentials: { key: device.key, certificate: device.cert, authority: pki.rogue.cert },
    });
    await reaches(foreign, 'blocked');
    expect(foreign.state()).toMatchObject({ reason: 'edge-untrusted' });

    const renamed = tunnelTo([{ url: target.url.replace('edge.contoso', 'other.contoso') }]);
    await reaches(renamed, 'blocked');
    expect(renamed.state()).toMatchObject({ reason: 'edge-untrusted' });
  });

  test('an edge that lets in and ends at once is asked at most once a second on average', async () => {
    let sessions = 0;
    const target = await edge({
      onSession: (session) => {
        sessions += 1;
        session.goaway(0, 0);
      },
    });
    const tunnel = tunnelTo([target], { random: () => 0.5 });
    await reaches(tunnel, 'backing-off');
    const from = sessions;
    expect(from).toBeLessThanOrEqual(3);
    const state = tunnel.state();
    if (state.kind === 'backing-off') expect(state.retryAt - state.since).toBeGreaterThanOrEqual(500);
  });
});

describe('GOAWAY and refused streams', () => {
  test('GOAWAY without error: open flows go on, new ones go over a new session', async () => {
    const target = await edge();
    const tunnel = tunnelTo([target]);
    const front = await frontTo(tunnel, await originPort(echo));
    const app = await front.connect();
    app.write('a');
    await once(app, 'data');
    for (const session of target.sessions) session.close();
    await expect.poll(target.count).toBe(2);
    await reaches(tunnel, 'connected');
    app.write('b');
    expect(String((await once(app, 'data'))[0])).toBe('b');
    const other = await front.connect();
    other.write('c');
    expect(String((await once(other, 'data'))[0])).toBe('c');
    app.end();
    expect((await readAll(app)).end).toBe('fin');
    other.destroy();
  });

  test('a request that the edge refuses to process is repeated with its first bytes on another session', async () => {
    let refusals = 0;
    const target = await edge({
      onStream: (stream, headers) => {
        if (headers[':method'] !== 'CONNECT' || refusals > 0) return false;
        refusals += 1;
        stream.close(7);
        return true;
      },
    });
    const tunnel = tunnelTo([target]);
    const front = await frontTo(tunnel, await originPort(echo));
    await reaches(tunnel, 'connected');
    const app = await front.connect();
    app.end('first bytes');
    expect(await readAll(app)).toEqual({ bytes: Buffer.from('first bytes'), end: 'fin' });
    expect(refusals).toBe(1);
    expect(target.count()).toBe(2);
  });

  test('a refusal with a reason reaches the answer and is a reset at the application', async () => {
    const target = await edge({
      onStream: (stream, headers) => {
        if (headers[':method'] !== 'CONNECT') return false;
        const status = 'edge.contoso.test; error=http_request_denied; details="port-not-allowed"';
        stream.respond({ ':status': 403, 'proxy-status': status }, { endStream: true });
        return true;
      },
    });
    const tunnel = tunnelTo([target]);
    await reaches(tunnel, 'connected');
    const opening = await tunnel.open(tunnelRequest(22));
    if (opening.kind !== 'open') throw new Error('refused at once');
    expect(await opening.answer).toEqual({
      kind: 'refused',
      status: 403,
      denial: { error: 'http_request_denied', reason: 'port-not-allowed' },
      by: 'edge.contoso.test',
    });
    const front = await frontTo(tunnel, 22);
    expect((await readAll(await front.connect())).end).toBe('reset');
  });
});

test('5,000 flows aborted by their applications end no other flow', async () => {
  // The limits of a peer that knows nothing of this load: 1,000 resets at once end a session.
  const target = await edge({ server: { streamResetBurst: 1000, streamResetRate: 33 } });
  const tunnel = tunnelTo([target]);
  const port = await originPort(echo);
  const front = await frontTo(tunnel, port);
  const witness = await front.connect();
  witness.write('a');
  await once(witness, 'data');
  for (let round = 0; round < 100; round += 1) {
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const opening = await tunnel.open(tunnelRequest(port));
        if (opening.kind !== 'open') throw new Error(opening.denial.reason);
        opening.stream.reset(new Error('aborted'));
        await opening.answer;
      }),
    );
  }
  expect(witness.destroyed).toBe(false);
  witness.write('b');
  expect(String((await once(witness, 'data'))[0])).toBe('b');
  expect(target.count()).toBeGreaterThan(5);
  witness.end();
  expect((await readAll(witness)).end).toBe('fin');
});

test('the tunnel ends at once when no flow is open, though the next view is being waited for', async () => {
  let waiting = 0;
  const target = await edge({
    onStream: (stream, { ':path': path }) => {
      if (path === '/.well-known/opengsa/view') {
        stream.respond({ ':status': 200 });
        stream.end(JSON.stringify(plainView(1)));
        return true;
      }
      waiting += 1;
      return true;
    },
  });
  const tunnel = tunnelTo([target]);
  await expect.poll(() => waiting).toBe(1);
  const began = performance.now();
  await tunnel.drain(5000);
  expect(performance.now() - began).toBeLessThan(1000);
  await expect.poll(() => target.sessions.size).toBe(0);
});

/** A path to the edge whose connections so far can be made to carry nothing any more, without a word to either end. */
async function pathTo(target: { url: string }) {
  const sockets: net.Socket[] = [];
  const path = net.createServer((near) => {
    const far = net.connect(Number(new URL(target.url).port), '127.0.0.1');
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.pipe(far).pipe(near);
  });
  const port = await listen(path);
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    path.close();
  });
  return {
    url: `https://edge.contoso.test:${port}`,
    silence: () => sockets.forEach((socket) => socket.unpipe().pause()),
  };
}

test('after a change of the network new flows go on at once, and those on a dead path are reset soon', async () => {
  const path = await pathTo(await edge());
  const tunnel = tunnelTo([path]);
  const front = await frontTo(tunnel, await originPort(echo));
  const app = await front.connect();
  app.write('a');
  await once(app, 'data');
  const seen = readAll(app);
  path.silence();
  const began = performance.now();
  tunnel.networkChanged();
  await expect.poll(() => tunnel.state()).toMatchObject({ kind: 'connected', attempts: 2, probe: null });
  const next = await front.connect();
  next.write('b');
  expect(String((await once(next, 'data'))[0])).toBe('b');
  expect(app.destroyed).toBe(false);
  expect((await seen).end).toBe('reset');
  expect(performance.now() - began).toBeLessThan(5000);
  next.write('c');
  expect(String((await once(next, 'data'))[0])).toBe('c');
  next.destroy();
});

test('a change of the network that leaves the path alone ends no flow', async () => {
  const target = await edge();
  const tunnel = tunnelTo([target]);
  const front = await frontTo(tunnel, await originPort(echo));
  const app = await front.connect();
  app.write('a');
  await once(app, 'data');
  tunnel.networkChanged();
  await expect.poll(target.count).toBe(2);
  await expect.poll(() => tunnel.state()).toMatchObject({ kind: 'connected', probe: null });
  app.end('b');
  expect(await readAll(app)).toEqual({ bytes: Buffer.from('b'), end: 'fin' });
  // The replaced session ends with its last flow.
  await expect.poll(() => target.sessions.size).toBe(1);
});

test('a session that answers nothing any more is given up and its flows are reset', async () => {
  const path = await pathTo(await edge());
  const tunnel = tunnelTo([path]);
  const front = await frontTo(tunnel, await originPort(echo));
  const app = await front.connect();
  app.write('a');
  await once(app, 'data');
  const seen = readAll(app);
  const began = performance.now();
  path.silence();
  expect((await seen).end).toBe('reset');
  expect(performance.now() - began).toBeLessThan(8000);
});
