// The HTTP/2 sessions of one edge: chosen by load, rotated before their resets run out, replaced when the edge refuses more.
import type { ClientHttp2Session } from 'node:http2';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import { tunnelFields } from '../../protocol/tunnel.ts';
import type { Clock } from '../clock.ts';
import type { TunnelRequest } from '../core/flow.ts';
import type { TunnelFailure } from '../core/session-state.ts';
import { createChangeSignal } from './change-signal.ts';
import { type AnsweredElsewhere, openConnectStream } from './connect-stream.ts';
import type { EdgeLink, LinkCounters, PlainAnswer, PlainQuestion } from './edge-link.ts';
import { tunnelFailure } from './failure.ts';
import { halfCloseLimitBy } from './half-close.ts';
import type { Session } from './session.ts';

/** With this many sessions that still take flows, a flow waits for room. */
export const mostSessions = 16;
/** A replacement is made ready once a session has had this many resets. */
const resetsUntilSpare = 150;
/** Some proxies leave further CONNECTs of a session unanswered for ever; those are asked again elsewhere after this time. */
const stallMs = 500;
/** As long as a flow waits for a connection that is being made. */
export const roomWaitMs = 10_000;
const longestBody = 1024 * 1024;

export type PoolOptions = {
  readonly edge: string;
  readonly clock: Clock;
  /** Makes one more session to the same edge. */
  readonly connect: () => Promise<Session>;
  /** The same edge over HTTP/1.1, one connection per flow, for proxies that carry few flows at a time in a session. */
  readonly overflow: () => EdgeLink;
};

export function createSessionPool(first: Session, options: PoolOptions): EdgeLink {
  const { edge, clock } = options;
  const kept = keepSessions(first, options);
  const foreignLimit = halfCloseLimitBy(clock);
  let foreign = false;
  let overflow: EdgeLink | null = null;
  const openElsewhere = async (request: TunnelRequest) => {
    overflow ??= options.overflow();
    overflow.markForeign();
    const opening = await overflow.open(request);
    // An edge without HTTP/1.1, or gone: that says nothing about the destination.
    return opening.kind === 'refused' && opening.denial.reason === 'edge-lost' ? null : opening;
  };
  const askElsewhere = async (request: TunnelRequest): Promise<AnsweredElsewhere | null> => {
    const opening = await openElsewhere(request);
    if (opening === null) return null;
    return opening.kind === 'refused'
      ? { answer: opening, stream: null }
      : { answer: await opening.answer, stream: opening.stream };
  };

  return {
    edge,
    protocol: 'h2',
    lost: kept.lost,
    open: async (request) => {
      if (foreign && kept.crowded()) {
        const opening = await openElsewhere(request);
        if (opening !== null) return opening;
      }
      const tried = new Set<Session>();
      const take = async () => {
        const session = await kept.acquire(tried);
        if (session !== null) tried.add(session);
        return session;
      };
      const session = await take();
      if (session === null) return noRoom();
      const halfCloseLimit = () => (foreign ? foreignLimit : null);
      const flow = openConnectStream(request, session, { edge, clock, next: take, halfCloseLimit });
      if (session.openFlows() > 1) {
        const timer = clock.setTimer(() => {
          if (!foreign) return;
          void flow
            .move(() => askElsewhere(request))
            .then((moved) => {
              if (moved) session.capAtAnswered();
            });
        }, stallMs);
        void flow.answer.then(() => timer.cancel());
      }
      return flow;
    },
    ask: async (question, timeoutMs, giveUp) => {
      const session = await kept.acquire(new Set());
      if (session === null || giveUp.aborted)
        throw new OpenGsaError('edge-unreachable', `${edge}: no session`);
      return askOnSession(session.h2, question, timeoutMs, giveUp, clock);
    },
    markForeign: () => (foreign = true),
    examine: kept.examine,
    counters: () => addCounters(kept.counters(), overflow?.counters()),
    retire: async (graceMs) => {
      await Promise.all([kept.retire(graceMs), overflow?.retire(graceMs)]);
    },
    close: () => {
      kept.close();
      overflow?.close();
    },
  };
}

type KeptSessions = Pick<EdgeLink, 'lost' | 'counters' | 'examine' | 'retire' | 'close'> & {
  /** No session takes a flow, and one of them because its peer answers no more at a time. */
  readonly crowded: () => boolean;
  /** The least loaded usable session that is not in `tried`, waited for; null after the time. */
  readonly acquire: (tried: ReadonlySet<Session>) => Promise<Session | null>;
};

function keepSessions(first: Session, { edge, clock, connect }: PoolOptions): KeptSessions {
  const sessions = new Set<Session>();
  const past = { sent: 0, received: 0 };
  const room = createChangeSignal(clock);
  let retired = false;
  let connecting: Promise<Session | null> | null = null;
  const { promise: lost, resolve: reportLost } = Promise.withResolvers<TunnelFailure>();
  const loseIfLast = (error: unknown) => {
    if (retired || connecting !== null || countLive(sessions) > 0) return;
    reportLost(tunnelFailure(edge, error));
  };

  const add = (session: Session) => {
    sessions.add(session);
    session.onFlowEnd(room.tell);
    void session.leaving.then((error) => loseIfLast(error ?? new Error('the edge ended the session')));
    void session.closed.then(() => {
      sessions.delete(session);
      const { sent, received } = session.bytes();
      past.sent += sent;
      past.received += received;
      room.tell();
    });
  };
  const choose = (tried: ReadonlySet<Session>) => leastLoaded(sessions, tried);
  /** The session that was made, or null. */
  const grow = (): Promise<Session | null> => {
    connecting ??= connect().then(
      (session) => {
        connecting = null;
        if (retired) {
          session.kill(new OpenGsaError('flow-reset', 'the tunnel has ended'));
          return null;
        }
        add(session);
        // A session that has had its share ends with its last flow.
        for (const old of sessions) if (old.spent()) old.drain();
        return session;
      },
      (error: unknown) => {
        connecting = null;
        loseIfLast(error);
        return null;
      },
    );
    return connecting;
  };
  add(first);
  return {
    lost,
    crowded: () => choose(new Set()) === null && [...sessions].some((session) => session.capped()),
    acquire: async (tried) => {
      const until = clock.monotonic() + roomWaitMs;
      while (!retired) {
        const session = choose(tried);
        if (session !== null) {
          if (session.resets() >= resetsUntilSpare && countLive(sessions) === 1) void grow();
          return session;
        }
        if (countLive(sessions) < mostSessions) {
          const made = await grow();
          // An edge that takes no connection, or ends each at once, has no room to wait for.
          if (made === null || made.spent()) return choose(tried);
        } else if (!(await room.within(until - clock.monotonic()))) return null;
      }
      return null;
    },
    counters: () => countersOf(sessions, past),
    examine: () => sessions.forEach((session) => session.examine()),
    retire: async (graceMs) => {
      retired = true;
      room.tell();
      for (const session of sessions) session.drain();
      const timer = clock.setTimer(() => killAll(sessions, 'the time for ending was up'), graceMs);
      await Promise.all([...sessions].map((session) => session.closed));
      timer.cancel();
    },
    close: () => {
      retired = true;
      room.tell();
      killAll(sessions, 'the tunnel was closed');
    },
  };
}

function countLive(sessions: ReadonlySet<Session>): number {
  return [...sessions].filter((session) => !session.spent()).length;
}

function leastLoaded(sessions: ReadonlySet<Session>, tried: ReadonlySet<Session>): Session | null {
  let best: Session | null = null;
  for (const session of sessions) {
    if (tried.has(session) || !session.usable()) continue;
    if (best === null || session.openFlows() < best.openFlows()) best = session;
  }
  return best;
}

function countersOf(
  sessions: ReadonlySet<Session>,
  past: { readonly sent: number; readonly received: number },
): LinkCounters {
  const live = [...sessions];
  return {
    sessions: live.length,
    latencyMs: live.map((session) => session.latencyMs()).find((ms) => ms !== null) ?? null,
    bytesSent: live.reduce((sum, session) => sum + session.bytes().sent, past.sent),
    bytesReceived: live.reduce((sum, session) => sum + session.bytes().received, past.received),
  };
}

function addCounters(a: LinkCounters, b: LinkCounters | undefined): LinkCounters {
  if (b === undefined) return a;
  return {
    sessions: a.sessions + b.sessions,
    latencyMs: a.latencyMs,
    bytesSent: a.bytesSent + b.bytesSent,
    bytesReceived: a.bytesReceived + b.bytesReceived,
  };
}

function killAll(sessions: ReadonlySet<Session>, why: string): void {
  for (const session of sessions) session.kill(new OpenGsaError('flow-reset', why));
}

function noRoom() {
  return {
    kind: 'refused',
    status: 503,
    denial: { error: 'connection_limit_reached', reason: 'no-session' },
    by: 'opengsa',
  } as const;
}

function askOnSession(
  h2: ClientHttp2Session,
  { method, path, body: sent }: PlainQuestion,
  timeoutMs: number,
  giveUp: AbortSignal,
  clock: Clock,
): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    const type = sent === undefined ? {} : { 'content-type': 'application/json' };
    const asked = { ':method': method, ':path': path, ...type };
    const stream = h2.request(asked, { endStream: sent === undefined });
    if (sent !== undefined) stream.end(sent);
    const fail = (why: unknown) =>
      reject(new OpenGsaError('edge-unreachable', `${method} ${path.split('?')[0] ?? ''}: ${explain(why)}`));
    const abandon = (why: string) => {
      fail(why);
      stream.destroy();
    };
    const abort = () => abandon('given up');
    giveUp.addEventListener('abort', abort);
    const timer = clock.setTimer(() => abandon('no answer in time'), timeoutMs);
    let status = 0;
    let proxyStatus = '';
    let text = '';
    stream.setEncoding('utf8');
    stream.on('error', fail);
    stream.on('response', (headers) => {
      status = headers[':status'] ?? 0;
      proxyStatus = String(headers[tunnelFields.proxyStatus] ?? '');
    });
    stream.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > longestBody) stream.destroy(new Error('the answer is too long'));
    });
    stream.on('end', () => {
      if (status !== 0) resolve({ status, body: text, proxyStatus });
    });
    stream.on('close', () => {
      timer.cancel();
      giveUp.removeEventListener('abort', abort);
      fail('cut');
    });
  });
}
