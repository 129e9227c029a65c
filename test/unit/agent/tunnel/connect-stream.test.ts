import { once } from 'node:events';
import type http2 from 'node:http2';
import { type Duplex, duplexPair } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../../agent/clock.ts';
import { answerTimeoutMs } from '../../../../agent/tunnel/connect-fields.ts';
import { openConnectStream } from '../../../../agent/tunnel/connect-stream.ts';
import { dialEdge } from '../../../../agent/tunnel/dial.ts';
import { type Session, startSession } from '../../../../agent/tunnel/session.ts';
import type { FlowStream } from '../../../../protocol/relay/flow-stream.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { device, pki, startTestEdge, tunnelRequest } from '../../../support/test-edge.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

const clientHello = Buffer.from([0x16, 3, 1]);
const request = tunnelRequest(443);
const refuse = (stream: http2.ServerHttp2Stream) => stream.close(7);

/** An edge whose CONNECTs are all left to `onConnect`, and how to make sessions to it. */
async function edgeThat(onConnect: (stream: http2.ServerHttp2Stream) => void) {
  const connects: http2.ServerHttp2Stream[] = [];
  const edge = await startTestEdge({
    onStream: (stream) => {
      connects.push(stream);
      onConnect(stream);
      return true;
    },
  });
  cleanUp.push(edge.close);
  const session = async (): Promise<Session> => {
    const connection = await dialEdge({
      endpoint: { url: edge.url, addresses: ['127.0.0.1'] },
      credentials: { key: device.key, certificate: device.cert, authority: pki.ca.cert },
      localAddress: { ipv4: null, ipv6: null },
      alpn: ['h2'],
      clock: systemClock,
    });
    const made = await startSession(connection, systemClock);
    cleanUp.push(() => made.kill(new Error('done')));
    return made;
  };
  return { connects, session };
}

/** A flow of an application that has sent a first message, at the moment when it needs another session. */
async function repeatedFlow({ session }: { session: () => Promise<Session> }) {
  const asked = Promise.withResolvers<null>();
  const given = Promise.withResolvers<Session | null>();
  const next = () => {
    asked.resolve(null);
    return given.promise;
  };
  const [application, front] = duplexPair();
  for (const end of [application, front]) end.on('error', () => undefined);
  const flow = openConnectStream(request, await session(), {
    edge: 'edge',
    clock: systemClock,
    next,
    halfCloseLimit: () => null,
  });
  const outcome = flow.relay({ duplex: front, endedCleanly: () => false, reset: () => front.destroy() });
  application.write(clientHello);
  await asked.promise;
  return { flow, application, front, outcome, give: given.resolve };
}

test('an edge that answers PING but not CONNECT is a refusal with its reason after the time', async () => {
  const clock = manualClock();
  const edge = await edgeThat(() => undefined);
  const flow = openConnectStream(request, await edge.session(), {
    edge: 'edge',
    clock,
    next: () => Promise.resolve(null),
    halfCloseLimit: () => null,
  });
  await expect.poll(() => edge.connects.length).toBe(1);
  let answered = false;
  void flow.answer.then(() => (answered = true));
  clock.advance(answerTimeoutMs - 1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(answered).toBe(false);
  clock.advance(1);
  expect(await flow.answer).toEqual({
    kind: 'refused',
    status: 504,
    denial: { error: 'connection_timeout', reason: 'edge-timeout' },
    by: 'edge',
  });
  expect(flow.stream.duplex.destroyed).toBe(true);
});

test('an answer ends the wait', async () => {
  const clock = manualClock();
  const edge = await edgeThat((stream) => stream.respond({ ':status': 200 }));
  const flow = openConnectStream(request, await edge.session(), {
    edge: 'edge',
    clock,
    next: () => Promise.resolve(null),
    halfCloseLimit: () => null,
  });
  expect(await flow.answer).toMatchObject({ kind: 'accepted' });
  expect(clock.pending()).toBe(0);
  flow.stream.reset(new Error('done'));
});

test('a request whose application has gone while another session was awaited is not repeated', async () => {
  const edge = await edgeThat(refuse);
  const { application, front, flow, give } = await repeatedFlow(edge);
  const gone = once(front, 'close');
  application.destroy();
  front.destroy();
  await gone;
  const other = await edge.session();
  give(other);
  expect(await flow.answer).toMatchObject({ kind: 'refused', denial: { reason: 'edge-lost' } });
  expect(other.openFlows()).toBe(0);
  expect(edge.connects).toHaveLength(1);
});

test('a request that has moved elsewhere while another session was awaited stays there', async () => {
  const edge = await edgeThat(refuse);
  const { application, flow, give, outcome } = await repeatedFlow(edge);
  const [elsewhere, far] = duplexPair();
  const accepted = { kind: 'accepted', egressObserved: null } as const;
  expect(await flow.move(() => Promise.resolve({ answer: accepted, stream: streamOf(elsewhere) }))).toBe(
    true,
  );
  const other = await edge.session();
  give(other);
  expect(await flow.answer).toEqual(accepted);
  expect((await once(far, 'data'))[0]).toEqual(clientHello);
  expect(other.openFlows()).toBe(0);
  const arrived = once(application, 'data');
  far.write('hello');
  expect(String((await arrived)[0])).toBe('hello');
  application.destroy();
  expect((await outcome).clean).toBe(false);
});

function streamOf(duplex: Duplex): FlowStream {
  duplex.on('error', () => undefined);
  return { duplex, endedCleanly: () => duplex.readableEnded, reset: () => duplex.destroy() };
}
