// One flow over HTTP/2: a CONNECT, sent again where the edge has certainly not processed it.
import type { ClientHttp2Stream } from 'node:http2';
import http2 from 'node:http2';
import { formatDestination } from '../../protocol/destination.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { http2FlowStream } from '../../protocol/relay/adapters.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import { relay, type RelayOptions, type RelayOutcome } from '../../protocol/relay/relay.ts';
import type { TunnelAnswer, TunnelRequest } from '../core/flow.ts';
import { readAnswer, requestFields } from './connect-fields.ts';
import type { Session } from './session.ts';

/** How much of the application's first bytes is kept, to be sent again with a repeated request. */
const keptBytes = 64 * 1024;

type AttemptEnd =
  | { readonly kind: 'answer'; readonly answer: TunnelAnswer }
  /** The edge has not processed the request (RFC 9113 sections 6.8 and 8.7). */
  | { readonly kind: 'unprocessed' }
  | { readonly kind: 'broken'; readonly cause: Error };

type Attempt = { readonly flow: FlowStream; readonly session: Session; readonly end: Promise<AttemptEnd> };

export type ConnectStream = {
  readonly kind: 'open';
  readonly stream: FlowStream;
  readonly edge: string;
  readonly answer: Promise<TunnelAnswer>;
  readonly relay: (application: FlowStream, options?: RelayOptions) => Promise<RelayOutcome>;
  /** Sends the request on another session if it is unanswered and no harm can come of it. */
  readonly hurry: (another: () => Session | null) => void;
};

/** @param next another session than those tried, or null */
export function openConnectStream(
  edge: string,
  request: TunnelRequest,
  first: Session,
  next: () => Promise<Session | null>,
): ConnectStream {
  let attempt = startAttempt(edge, request, first);
  const early: Buffer[] = [];
  let repeatable = false;
  let dropped = false;

  const send = (session: Session) => {
    attempt = startAttempt(edge, request, session);
    for (const chunk of early) attempt.flow.duplex.write(chunk);
  };
  const settle = async (): Promise<TunnelAnswer> => {
    for (let repeats = 0; ; repeats += 1) {
      const current = attempt;
      const end = await current.end;
      if (current !== attempt) continue;
      if (end.kind === 'answer') return end.answer;
      const another =
        end.kind === 'unprocessed' && repeatable && repeats < 3 && !dropped ? await next() : null;
      if (another === null) return broken(edge);
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

  return {
    kind: 'open',
    edge,
    answer,
    stream: { duplex: attempt.flow.duplex, endedCleanly: () => attempt.flow.endedCleanly(), reset },
    hurry: (another) => {
      if (answered || dropped || !repeatable || !isReplaySafe(early)) return;
      const session = another();
      if (session === null) return;
      const stalled = attempt;
      stalled.session.capAtPresent();
      send(session);
      stalled.flow.reset(new OpenGsaError('timeout', 'unanswered, sent again on another session'));
    },
    relay: async (application, options = {}) => {
      repeatable = true;
      const bytes = options.bytes ?? { aToB: 0, bToA: 0 };
      if (!answered) {
        const stop = forwardEarly(application, (chunk) => {
          early.push(chunk);
          attempt.flow.duplex.write(chunk);
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

function startAttempt(edge: string, request: TunnelRequest, session: Session): Attempt {
  const stream = session.h2.request({
    ':method': 'CONNECT',
    ':authority': formatDestination(request.destination),
    ...requestFields(request),
  });
  const flow = http2FlowStream(stream);
  const ended = session.count();
  stream.once('close', () => {
    const clean = stream.readableEnded && flow.endedCleanly() && stream.writableFinished;
    ended(clean ? 'ended' : 'reset');
  });
  const end = new Promise<AttemptEnd>((resolve) => {
    let cause: Error | null = null;
    stream.once('error', (error: Error) => (cause = error));
    stream.once('response', (headers) => {
      const status = headers[':status'] ?? 502;
      const answer = readAnswer(edge, status, (name) => {
        const value = headers[name];
        return typeof value === 'string' ? value : null;
      });
      if (answer.kind === 'refused')
        flow.reset(new OpenGsaError('destination-refused', answer.denial.reason));
      resolve({ kind: 'answer', answer });
    });
    stream.once('close', () =>
      resolve(
        isUnprocessed(stream, cause)
          ? { kind: 'unprocessed' }
          : { kind: 'broken', cause: cause ?? new Error('cut') },
      ),
    );
  });
  return { flow, session, end };
}

function isUnprocessed(stream: ClientHttp2Stream, cause: (Error & { code?: string }) | null): boolean {
  if (stream.rstCode === http2.constants.NGHTTP2_REFUSED_STREAM) return true;
  return cause?.code === 'ERR_HTTP2_GOAWAY_SESSION' || cause?.code === 'ERR_HTTP2_INVALID_SESSION';
}

/** A TLS handshake's first message may reach a server twice; nobody knows that of other bytes. */
function isReplaySafe(early: readonly Buffer[]): boolean {
  return early.length === 0 || early[0]?.[0] === 0x16;
}

/** Hands over what the application sends before the answer, as far as it is kept. */
function forwardEarly(application: FlowStream, take: (chunk: Buffer) => void): () => void {
  const { duplex } = application;
  let taken = 0;
  const forward = () => {
    while (taken < keptBytes && duplex.readableLength > 0) {
      const chunk = duplex.read() as Buffer | null;
      if (chunk === null) return;
      taken += chunk.length;
      take(chunk);
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
