// The agent's tunnel through the project's own edge: its data plane in this process, and the program where it is killed.
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import type net from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readCredentials } from '../../agent/tunnel/credentials.ts';
import type { Tunnel } from '../../agent/tunnel/tunnel.ts';
import { type DataPlane, opaqueTo, startDataPlane } from '../support/data-plane.ts';
import { configureEdge, initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import {
  digestOf,
  type Origin,
  reproducibleDigest,
  sendReproducible,
  startAnswerAfterFin,
  startBanner,
  startDigest,
  startEcho,
  startResetting,
} from '../support/origins.ts';
import { createPki } from '../support/pki.ts';
import { createProgramGroup, type Program, type ProgramGroup } from '../support/processes.ts';
import { readAll } from '../support/relay-chain.ts';
import { reaches, startFront, startTunnel, tunnelRequest } from '../support/test-edge.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

const pki = createPki();
const laptop = pki.device('laptop-1');
const name = 'origin.contoso.test';

async function from<T extends Origin>(starting: Promise<T>): Promise<T> {
  const origin = await starting;
  cleanUp.push(origin.close);
  return origin;
}

async function edgeFor(origin: Origin): Promise<DataPlane> {
  const edge = await startDataPlane({ pki, classes: [opaqueTo(name, origin)] });
  cleanUp.push(edge.close);
  return edge;
}

function tunnelTo(edges: readonly DataPlane[], protocol: 'auto' | 'http/1.1' = 'auto'): Tunnel {
  const { cert, key, thumbprint } = laptop;
  for (const edge of edges) edge.state.standings.set(thumbprint, { kind: 'active', name: 'laptop-1' });
  const urls = edges.map(({ port }) => ({ url: `https://edge.contoso.test:${port}` }));
  const credentials = { key, certificate: cert, authority: pki.ca.cert };
  const tunnel = startTunnel(urls, { protocol, credentials });
  cleanUp.push(tunnel.close);
  return tunnel;
}

/** Connects as applications do, to what stands behind the tunnel. */
async function connectThrough(tunnel: Tunnel): Promise<() => Promise<net.Socket>> {
  const front = await startFront(tunnel, { ...tunnelRequest(443), attestation: () => [] });
  cleanUp.push(front.close);
  return async () => {
    const socket = await front.connect();
    cleanUp.push(() => socket.destroy());
    return socket;
  };
}

async function answerTo(app: net.Socket, text: string): Promise<string> {
  app.write(text);
  return String((await once(app, 'data'))[0]);
}

describe.each([
  ['auto', 'h2'],
  ['http/1.1', 'http/1.1'],
] as const)('protocol %s', (protocol, spoken) => {
  test('bytes both ways, its view, and what it says of the flow', async () => {
    const edge = await edgeFor(await from(startEcho()));
    const tunnel = tunnelTo([edge], protocol);
    await reaches(tunnel, 'connected');
    const app = await (await connectThrough(tunnel))();
    expect(await answerTo(app, 'hello')).toBe('hello');
    await expect
      .poll(() => tunnel.view())
      .toMatchObject({ kind: 'known', view: { organisation: 'contoso' } });
    expect(tunnel.channels()[0]).toMatchObject({ state: 'up', protocol: spoken });

    const opening = await tunnel.open({ ...tunnelRequest(443), attestation: () => [] });
    if (opening.kind !== 'open') throw new Error(opening.denial.reason);
    expect(await opening.answer).toEqual({ kind: 'accepted', egressObserved: '127.0.0.1' });
    opening.stream.reset(new Error('done'));
  });

  test('a change of the view arrives without being asked for', async () => {
    const edge = await edgeFor(await from(startEcho()));
    const tunnel = tunnelTo([edge], protocol);
    await expect.poll(() => tunnel.view().kind).toBe('known');
    edge.state.view = { ...edge.state.view, revision: 2, organisation: 'contoso north' };
    edge.viewChanged();
    await expect.poll(() => tunnel.view()).toMatchObject({ view: { organisation: 'contoso north' } });
  });

  test('a server that speaks first is heard, and a half-close is kept', async () => {
    const banner = tunnelTo([await edgeFor(await from(startBanner('220 ready\r\n')))], protocol);
    const heard = await (await connectThrough(banner))();
    expect(String((await once(heard, 'data'))[0])).toBe('220 ready\r\n');

    const answering = tunnelTo([await edgeFor(await from(startAnswerAfterFin()))], protocol);
    const app = await (await connectThrough(answering))();
    app.end('x'.repeat(100_000));
    expect(await readAll(app)).toEqual({ bytes: Buffer.from('got 100000 bytes'), end: 'fin' });
  });

  test('10 MiB each way at once, each with its own end', async () => {
    const bytes = 10 * 1024 * 1024;
    const origin = await from(startDigest(bytes));
    const app = await (await connectThrough(tunnelTo([await edgeFor(origin)], protocol)))();
    const down = digestOf(app);
    sendReproducible(app, bytes, 2);
    expect(await down).toEqual(origin.sent);
    expect(await origin.received).toEqual(reproducibleDigest(bytes, 2));
  });

  test('a destination that resets is a reset at the application, not an end', async () => {
    const app = await (
      await connectThrough(tunnelTo([await edgeFor(await from(startResetting('partial')))], protocol))
    )();
    const seen = readAll(app);
    app.write('go on');
    expect((await seen).end).toBe('reset');
  });

  test('a refusal is told with the reason that the edge gives', async () => {
    const tunnel = tunnelTo([await edgeFor(await from(startEcho()))], protocol);
    await reaches(tunnel, 'connected');
    const opening = await tunnel.open({ ...tunnelRequest(25), attestation: () => [] });
    const answer = opening.kind === 'open' ? await opening.answer : opening;
    expect(answer).toMatchObject({
      kind: 'refused',
      status: 403,
      denial: { error: 'http_request_denied', reason: 'port-not-allowed' },
      by: 'edge.contoso.test',
    });
  });

  test('an edge that has revoked the device is one that refuses it, and never connected in between', async () => {
    const edge = await edgeFor(await from(startEcho()));
    const tunnel = tunnelTo([edge], protocol);
    const { thumbprint } = laptop;
    await expect.poll(() => tunnel.view().kind).toBe('known');
    edge.state.standings.set(thumbprint, { kind: 'revoked', name: 'laptop-1' });
    edge.revoke([thumbprint]);
    await reaches(tunnel, 'blocked');
    const refused = {
      kind: 'blocked',
      reason: 'device-refused',
      cause: expect.stringContaining('revoked') as unknown,
    };
    expect(tunnel.state()).toMatchObject(refused);

    const kinds: string[] = [];
    tunnel.onChange(() => kinds.push(tunnel.state().kind));
    tunnel.retryNow();
    await expect.poll(() => kinds).toEqual(['connecting', 'blocked']);
    expect(tunnel.state()).toMatchObject(refused);

    edge.state.standings.set(thumbprint, { kind: 'active', name: 'laptop-1' });
    tunnel.retryNow();
    await reaches(tunnel, 'connected');
    await expect.poll(() => tunnel.view().kind).toBe('known');
  });

  test('an edge that drains keeps the flows that are open, while another takes the next ones', async () => {
    const origin = await from(startEcho());
    const [first, second] = [await edgeFor(origin), await edgeFor(origin)];
    const tunnel = tunnelTo([first, second], protocol);
    await reaches(tunnel, 'connected');
    const connect = await connectThrough(tunnel);
    const app = await connect();
    expect(await answerTo(app, 'before')).toBe('before');
    const drained = first.drain(20_000);
    await expect.poll(() => tunnel.state()).toMatchObject({ kind: 'connected', edge: 1 });
    expect(await answerTo(await connect(), 'next')).toBe('next');
    expect(second.openFlows()).toBe(1);
    expect(await answerTo(app, 'during')).toBe('during');
    app.end('after');
    expect(await readAll(app)).toEqual({ bytes: Buffer.from('after'), end: 'fin' });
    await drained;
  });
});

test('5,000 flows aborted by their applications end no other flow', async () => {
  const edge = await edgeFor(await from(startEcho()));
  const tunnel = tunnelTo([edge]);
  const connect = await connectThrough(tunnel);
  const witness = await connect();
  expect(await answerTo(witness, 'a')).toBe('a');
  for (let round = 0; round < 100; round += 1) {
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const opening = await tunnel.open({ ...tunnelRequest(443), attestation: () => [] });
        if (opening.kind !== 'open') throw new Error(opening.denial.reason);
        opening.stream.reset(new Error('aborted'));
        await opening.answer;
      }),
    );
  }
  expect(await answerTo(witness, 'b')).toBe('b');
  witness.end();
  expect((await readAll(witness)).end).toBe('fin');
  await expect.poll(edge.openFlows).toBe(0);
  // Seconds of work on an idle machine; the limit is a guard against a hang.
}, 90_000);

describe('an edge that is killed in mid-flow', () => {
  /** Two edges of one organisation: the same keys and the same devices, each a program of its own. */
  async function startFleet(
    origin: Origin,
  ): Promise<{ group: ProgramGroup; programs: Program[]; ports: number[] }> {
    const groups = [createProgramGroup(), createProgramGroup()] as const;
    for (const group of groups) cleanUp.push(group.end);
    const upstream = { address: origin.host, port: origin.port };
    // A device can be added before its edge runs only where the port is known.
    const listen = (port: number) => ({ listen: { tunnel: [`127.0.0.1:${port}`] } });
    await initEdge(groups[0], { classes: [{ match: name, class: 'opaque', upstream }], ...listen(8443) });
    const added = await runEdge(groups[0], ['devices', 'add', 'laptop', '--out', 'device']);
    expect(added).toMatchObject({ code: 0 });
    for (const part of ['edge.yaml', 'state'])
      cpSync(join(groups[0].folder, part), join(groups[1].folder, part), { recursive: true });
    for (const group of groups) configureEdge(group, listen(0));
    const served = await Promise.all(groups.map(serveEdge));
    return {
      group: groups[0],
      programs: served.map(({ program }) => program),
      ports: served.map(({ port }) => port),
    };
  }

  // The system closes a killed program's connections by FIN. On HTTP/2 a stream without its own end tells; over HTTP/1.1
  // nothing does, since Node does not tell a TLS connection's missing close_notify.
  test.each([
    ['auto', 'reset', 'the application sees a reset'],
    ['http/1.1', 'fin', 'the flow ends, and nobody can know that it was broken'],
  ] as const)('over %s (%s): %s; another edge takes the next flow', async (protocol, end, _) => {
    const { group, programs, ports } = await startFleet(await from(startEcho()));
    const credentials = readCredentials(join(group.folder, 'device'));
    const edges = ports.map((port) => ({ url: `https://edge.contoso.test:${port}` }));
    const tunnel = startTunnel(edges, { protocol, credentials });
    cleanUp.push(tunnel.close);
    await reaches(tunnel, 'connected');
    const connect = await connectThrough(tunnel);
    const app = await connect();
    expect(await answerTo(app, 'part of something')).toBe('part of something');
    const seen = readAll(app);
    programs[0]!.signal('SIGKILL');
    expect((await seen).end).toBe(end);
    // The next flow finds the edge gone and waits for the other.
    expect(await answerTo(await connect(), 'next')).toBe('next');
    expect(tunnel.state()).toMatchObject({ kind: 'connected', edge: 1 });
  });
});
