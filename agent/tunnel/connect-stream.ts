// One flow over HTTP/2: a CONNECT, sent again where the edge has certainly not processed it.
import type { ClientHttp2Stream } from 'node:http2';
import http2 from 'node:http2';
import { formatDestination } from '../../protocol/destination.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { http2FlowStream } from '../../protocol/relay/adapters.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import {
  type HalfCloseLimit,
  relay,
  type RelayOptions,
  type RelayOutcome,
} from '../../protocol/relay/relay.ts';
import type { Clock } from '../clock.ts';
import type { TunnelAnswer, TunnelRequest } from '../core/flow.ts';
import { answerTimeoutMs, noAnswer, readAnswer, requestFields } from './connect-fields.ts';
import type { Session } from './session.ts';

/** How much of the application's first bytes is kept, to be sent again with a repeated request. */
const keptBytes = 64 * 1024;

type AttemptEnd =
  | { readonly kind: 'answer'; readonly answer: TunnelAnswer }
  /** The edge has not processed the request (RFC 9113 sections 6.8 and 8.7). */
  | { readonly kind: 'unprocessed' }
  | { readonly kind: 'broken'; readonly cause: Error };

type Attempt = { readonly flow: FlowStream; readonly end: Promise<AttemptEnd> };

/** The same request, answered over another connection. */
export type AnsweredElsewhere = { readonly answer: TunnelAnswer; readonly stream: FlowStream | null };

export type ConnectOptions = {
  readonly edge: string;
  readonly clock: Clock;
  /** Another session than those tried, or null. */
  readonly next: () => Promise<Session | null>;
  /**
   * The limit of a flow that is relayed now. Where there is one the edge is foreign: what must not be sent twice then
   * waits for the answer, so that the request can be moved.
   */
  readonly halfCloseLimit: () => HalfCloseLimit | null;
};

export type ConnectStream = {
  readonly kind: 'open';
  readonly stream: FlowStream;
  readonly edge: string;
  readonly answer: Promise<TunnelAnswer>;
  readonly relay: (application: FlowStream, options?: RelayOptions) => Promise<RelayOutcome>;
  /** Asks elsewhere if the request is unanswered and no harm can come of it. Resolves with whether that was faster. */
  readonly move: (elsewhere: () => Promise<AnsweredElsewhere | null>) => Promise<boolean>;
};

export function openConnectStream(
  request: TunnelRequest,
  first: Session,
  { edge, clock, next, halfCloseLimit }: ConnectOptions,
): ConnectStream {
  let attempt = startAttempt(edge, request, first, clock);
  const early: Buffer[] = [];
  let repeatable = false;
  let dropped = false;

  const send = (session: Session) => {
    attempt = startAttempt(edge, request, session, clock);
    for (const chunk of early) attempt.flow.duplex.write(chunk);
  };
  const settle = async (): Promise<TunnelAnswer> => {
    for (let repeats = 0; ; repeats += 1) {
      const current = attempt;
      const end = await current.end;
      if (current !== attempt) continue;
      if (end.kind === 'answer') return end.answer;
      const again = end.kind === 'unprocessed' && repeatable && repeats < 3 && !dropped;
      const another = again ? await next() : null;
      // While another session was waited for, the flow may have moved elsewhere or lost its application.
      if (current !== attempt) continue;
      if (another === null || dropped) return broken(edge);
      send(another);
    }
  };
  let answered = false;
  const answer = settle().then((said) => {
    answered = true;
    return said;
  });
  const reset = (reason: Error) => {
    dropped = true;
    attempt.flow.reset(reason);
  };
  const movable = () => repeatable && !answered && !dropped && isReplaySafe(early[0]);

  return {
    kind: 'open',
    edge,
    answer,
    stream: { duplex: attempt.flow.duplex, endedCleanly: () => attempt.flow.endedCleanly(), reset },
    move: async (elsewhere) => {
      const other = movable() ? await elsewhere() : null;
      if (other === null) return false;
      const why = new OpenGsaError('timeout', 'answered over another connection');
      if (!movable()) {
        other.stream?.reset(why);
        return false;
      }
      const stalled = attempt;
      const end = Promise.resolve({ kind: 'answer', answer: other.answer } as const);
      attempt = { flow: other.stream ?? stalled.flow, end };
      if (other.stream !== null) for (const chunk of early) other.stream.duplex.write(chunk);
      stalled.flow.reset(why);
      return true;
    },
    relay: async (application, given = {}) => {
      const limit = halfCloseLimit();
      const options = limit === null ? given : { halfCloseLimit: limit, ...given };
      repeatable = true;
      const bytes = options.bytes ?? { aToB: 0, bToA: 0 };
      if (!answered) {
        const stop = forwardEarly(application, (chunk) => {
          if (limit !== null && early.length === 0 && !isReplaySafe(chunk)) return false;
          early.push(chunk);
          attempt.flow.duplex.write(chunk);
          return true;
        });
        const gone = () => reset(new OpenGsaError('flow-reset', 'the application has gone'));
        application.duplex.once('close', gone);
        await answer;
        stop();
        application.duplex.off('close', gone);
        for (const chunk of early.splice(0)) bytes.aToB += chunk.length;
      }
      return relay(application, { ...attempt.flow, reset }, { ...options, bytes });
    },
  };
}

function startAttempt(edge: string, request: TunnelRequest, session: Session, clock: Clock): Attempt {
  const stream = session.h2.request({
    ':method': 'CONNECT',
    ':authority': formatDestination(request.destination),
    ...requestFields(request),
  });
  const flow = http2FlowStream(stream);
  const counted = session.count();
  stream.once('close', () => {
    const clean = stream.readableEnded && flow.endedCleanly() && stream.writableFinished;
    counted.ended(clean ? 'ended' : 'reset');
  });
  const end = new Promise<AttemptEnd>((resolve) => {
    let cause: Error | null = null;
    stream.once('error', (error: Error) => (cause = error));
    const timer = clock.setTimer(() => {
      resolve({ kind: 'answer', answer: noAnswer(edge) });
      flow.reset(new OpenGsaError('timeout', `no answer in ${answerTimeoutMs} ms`));
    }, answerTimeoutMs);
    stream.once('response', (headers) => {
      timer.cancel();
      counted.answered();
      const status = headers[':status'] ?? 502;
      const answer = readAnswer(edge, status, (name) => {
        const value = headers[name];
        return typeof value === 'string' ? value : null;
      });
      if (answer.kind === 'refused')
        flow.reset(new OpenGsaError('destination-refused', answer.denial.reason));
      resolve({ kind: 'answer', answer });
    });
    stream.once('close', () => {
      timer.cancel();
      resolve(
        isUnprocessed(stream, cause)
          ? { kind: 'unprocessed' }
          : { kind: 'broken', cause: cause ?? new Error('cut') },
      );
    });
  });
  return { flow, end };
}

function isUnprocessed(stream: ClientHttp2Stream, cause: (Error & { code?: string }) | null): boolean {
  if (stream.rstCode === http2.constants.NGHTTP2_REFUSED_STREAM) return true;
  return cause?.code === 'ERR_HTTP2_GOAWAY_SESSION' || cause?.code === 'ERR_HTTP2_INVALID_SESSION';
}

/** A TLS handshake's first message may reach a server twice; nobody knows that of other bytes. */
function isReplaySafe(first: Buffer | undefined): boolean {
  return first === undefined || first[0] === 0x16;
}

/** Hands over what the application sends before the answer, as far as it is kept, until `take` declines. */
function forwardEarly(application: FlowStream, take: (chunk: Buffer) => boolean): () => void {
  const { duplex } = application;
  let taken = 0;
  const forward = () => {
    while (taken < keptBytes && duplex.readableLength > 0) {
      const chunk = duplex.read() as Buffer | null;
      if (chunk === null) return;
      taken += chunk.length;
      if (!take(chunk)) {
        duplex.off('readable', forward);
        duplex.unshift(chunk);
        return;
      }
    }
  };
  duplex.on('readable', forward);
  forward();
  return () => duplex.off('readable', forward);
}

function broken(edge: string): TunnelAnswer {
  return {
    kind: 'refused',
    status: 502,
    denial: { error: 'connection_terminated', reason: 'edge-lost' },
    by: edge,
  };
}
