import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../../agent/clock.ts';
import { dialEdge } from '../../../../agent/tunnel/dial.ts';
import type { EdgeLink } from '../../../../agent/tunnel/edge-link.ts';
import { createSessionPool, mostSessions } from '../../../../agent/tunnel/session-pool.ts';
import { type Session, startSession } from '../../../../agent/tunnel/session.ts';
import { device, type EdgeBehaviour, pki, startTestEdge, tunnelRequest } from '../../../support/test-edge.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

const request = tunnelRequest(443);

/** An edge that accepts every CONNECT and leaves it open, and how to make sessions to it. */
async function sessionsTo(server: EdgeBehaviour['server'] = {}): Promise<() => Promise<Session>> {
  const edge = await startTestEdge({
    server,
    onStream: (stream) => {
      stream.on('error', () => undefined);
      stream.respond({ ':status': 200 });
      return true;
    },
  });
  cleanUp.push(edge.close);
  return async () => {
    const connection = await dialEdge({
      endpoint: { url: edge.url, addresses: ['127.0.0.1'] },
      credentials: { key: device.key, certificate: device.cert, authority: pki.ca.cert },
      localAddress: { ipv4: null, ipv6: null },
      alpn: ['h2'],
      clock: systemClock,
    });
    return startSession(connection, systemClock);
  };
}

async function poolOf(session: () => Promise<Session>, first?: Session): Promise<EdgeLink> {
  const overflow = () => {
    throw new Error('the edge is not foreign');
  };
  const pool = createSessionPool(first ?? (await session()), {
    edge: 'edge',
    clock: systemClock,
    connect: session,
    overflow,
  });
  cleanUp.push(pool.close);
  return pool;
}

async function openFlow(pool: EdgeLink) {
  const opening = await pool.open(request);
  if (opening.kind !== 'open') throw new Error(opening.denial.reason);
  await opening.answer;
  return opening;
}

test('sessions that have had their share and end with a long flow leave room for others', async () => {
  const session = await sessionsTo();
  const shortLived = async (): Promise<Session> => {
    const made = await session();
    const used = () => made.openFlows() > 0;
    return { ...made, usable: () => !used() && made.usable(), spent: () => used() || made.spent() };
  };
  const pool = await poolOf(shortLived);
  for (let i = 0; i < mostSessions + 2; i += 1) await openFlow(pool);
  expect(pool.counters().sessions).toBe(mostSessions + 2);
});

test('with every session full a flow waits until another has ended', async () => {
  const pool = await poolOf(await sessionsTo({ settings: { maxConcurrentStreams: 1 } }));
  const flows = [];
  for (let i = 0; i < mostSessions; i += 1) flows.push(await openFlow(pool));
  let opened = false;
  const last = openFlow(pool).finally(() => (opened = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(opened).toBe(false);
  flows[3]?.stream.reset(new Error('done'));
  expect((await last).kind).toBe('open');
  expect(pool.counters().sessions).toBe(mostSessions);
});

test('a flow that waits for room is refused when the tunnel ends', async () => {
  const pool = await poolOf(await sessionsTo({ settings: { maxConcurrentStreams: 1 } }));
  for (let i = 0; i < mostSessions; i += 1) await openFlow(pool);
  const last = pool.open(request);
  pool.close();
  expect(await last).toMatchObject({ kind: 'refused', denial: { reason: 'no-session' } });
});

test('a session that is made after the end is closed and carries nothing', async () => {
  const session = await sessionsTo({ settings: { maxConcurrentStreams: 1 } });
  const late = Promise.withResolvers<Session>();
  const pool = await poolOf(() => late.promise, await session());
  await openFlow(pool);
  const opening = pool.open(request);
  pool.close();
  const made = await session();
  late.resolve(made);
  expect(await opening).toMatchObject({ kind: 'refused', denial: { reason: 'no-session' } });
  await made.closed;
  expect(pool.counters().sessions).toBe(0);
});
