// An edge over HTTP/1.1: one TLS connection per flow, with a few kept warm.
import http from 'node:http';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import { type HalfCloseLimit, relay, type RelayOptions } from '../../protocol/relay/relay.ts';
import { resetSocket } from '../../protocol/relay/reset.ts';
import { tunnelFields } from '../../protocol/tunnel.ts';
import type { Clock } from '../clock.ts';
import type { TunnelAnswer } from '../core/flow.ts';
import type { TunnelFailure } from '../core/session-state.ts';
import type { EdgeConnection } from './dial.ts';
import type { EdgeLink, PlainAnswer, PlainQuestion } from './edge-link.ts';
import { failureError, tunnelFailure } from './failure.ts';
import { halfCloseLimitBy } from './half-close.ts';
import { connectOverH1 } from './h1-connect.ts';

/** A flow that finds a warm connection saves two round trips; servers close idle ones, so only a few are kept. */
const warmConnections = 2;
const longestBody = 1024 * 1024;

export type H1PoolOptions = {
  readonly edge: string;
  readonly clock: Clock;
  readonly dial: () => Promise<EdgeConnection>;
};

/** @param first a connection that is there already */
export function createH1Pool(first: EdgeConnection | null, options: H1PoolOptions): EdgeLink {
  const { edge, clock } = options;
  const kept = keepConnections(first, options);
  const flows = new Set<FlowStream>();
  const foreignLimit = halfCloseLimitBy(clock);
  let idle: () => void = () => undefined;
  let foreign = false;
  return {
    edge,
    protocol: 'http/1.1',
    lost: kept.lost,
    open: async (request) => {
      try {
        const { answer, stream } = await kept.withConnection((connection) =>
          connectOverH1(connection, edge, request, clock),
        );
        if (answer.kind === 'refused') return answer;
        flows.add(stream);
        stream.duplex.once('close', () => {
          flows.delete(stream);
          if (flows.size === 0) idle();
        });
        return openH1Flow(edge, stream, answer, () => (foreign ? foreignLimit : null));
      } catch (error) {
        const denial = { error: 'connection_terminated', reason: 'edge-lost' } as const;
        return { kind: 'refused', status: 502, denial, by: `${edge}: ${explain(error)}` };
      }
    },
    ask: (question, timeoutMs, giveUp) =>
      kept.withConnection((connection) => {
        const signal = AbortSignal.any([giveUp, AbortSignal.timeout(timeoutMs)]);
        return askOverH1(connection, edge, question, signal);
      }),
    markForeign: () => (foreign = true),
    // HTTP/1.1 has no question that could be asked beside a flow.
    examine: () => undefined,
    counters: () => ({
      sessions: kept.all.size,
      latencyMs: null,
      bytesSent: [...kept.all].reduce((sum, { raw }) => sum + raw.bytesWritten, kept.past.sent),
      bytesReceived: [...kept.all].reduce((sum, { raw }) => sum + raw.bytesRead, kept.past.received),
    }),
    retire: async (graceMs) => {
      const ended = new Promise<void>((resolve) => (idle = resolve));
      kept.stop();
      if (flows.size === 0) return;
      const why = new OpenGsaError('flow-reset', 'the time for ending was up');
      const timer = clock.setTimer(() => {
        for (const flow of flows) flow.reset(why);
      }, graceMs);
      await ended;
      timer.cancel();
    },
    close: () => {
      kept.stop();
      for (const { tls, raw } of kept.all) resetSocket(raw, tls);
    },
  };
}

type KeptConnections = {
  readonly all: ReadonlySet<EdgeConnection>;
  /** Makes one exchange on a warm connection, and once more on one made for it if the warm one has gone stale. */
  readonly withConnection: <T>(exchange: (connection: EdgeConnection) => Promise<T>) => Promise<T>;
  readonly past: { readonly sent: number; readonly received: number };
  readonly lost: Promise<TunnelFailure>;
  /** Closes the warm ones; no further ones are made. */
  readonly stop: () => void;
};

function keepConnections(first: EdgeConnection | null, { edge, dial }: H1PoolOptions): KeptConnections {
  const warm: EdgeConnection[] = [];
  const all = new Set<EdgeConnection>();
  const past = { sent: 0, received: 0 };
  let stopped = false;
  let reportLost: (failure: TunnelFailure) => void = () => undefined;
  const lost = new Promise<TunnelFailure>((resolve) => (reportLost = resolve));
  const fault = (error: unknown): TunnelFailure => {
    const failure = tunnelFailure(edge, error);
    if (!stopped) reportLost(failure);
    return failure;
  };

  const keep = (connection: EdgeConnection) => {
    all.add(connection);
    const { tls, raw } = connection;
    // An alert that refuses the device comes after the handshake, on whatever connection it is.
    tls.on('error', (error) => {
      if (tunnelFailure(edge, error).kind === 'device-refused') fault(error);
    });
    raw.once('close', () => {
      all.delete(connection);
      past.sent += raw.bytesWritten;
      past.received += raw.bytesRead;
      if (warm.includes(connection)) warm.splice(warm.indexOf(connection), 1);
    });
    return connection;
  };
  /** Whatever an idle connection says, its end included, makes it useless. */
  const warmUp = (connection: EdgeConnection) => {
    warm.push(connection);
    connection.tls.once('readable', () => {
      if (warm.includes(connection)) connection.raw.destroy();
    });
  };
  const refill = () => {
    if (stopped || warm.length >= warmConnections) return;
    dial().then(
      (connection) => {
        keep(connection);
        if (stopped || warm.length >= warmConnections) connection.raw.destroy();
        else warmUp(connection);
      },
      (error: unknown) => fault(error),
    );
  };
  const dialOne = async (): Promise<EdgeConnection> => {
    try {
      return keep(await dial());
    } catch (error) {
      throw failureError(fault(error));
    }
  };
  const withConnection = async <T>(exchange: (connection: EdgeConnection) => Promise<T>): Promise<T> => {
    const ready = warm.shift();
    refill();
    if (ready === undefined) return exchange(await dialOne());
    try {
      return await exchange(ready);
    } catch (error) {
      if (stopped || (error instanceof OpenGsaError && error.code !== 'edge-unreachable')) throw error;
      return exchange(await dialOne());
    }
  };
  if (first !== null) warmUp(keep(first));

  return {
    all,
    past,
    lost,
    withConnection,
    stop: () => {
      stopped = true;
      for (const { raw } of [...warm]) raw.destroy();
    },
  };
}

function openH1Flow(
  edge: string,
  stream: FlowStream,
  answer: TunnelAnswer,
  halfCloseLimit: () => HalfCloseLimit | null,
) {
  return {
    kind: 'open',
    edge,
    stream,
    answer: Promise.resolve(answer),
    relay: (application: FlowStream, options: RelayOptions = {}) => {
      const limit = halfCloseLimit();
      return relay(application, stream, limit === null ? options : { halfCloseLimit: limit, ...options });
    },
  } as const;
}

function askOverH1(
  { tls, raw }: EdgeConnection,
  edge: string,
  { method, path, body: sent }: PlainQuestion,
  signal: AbortSignal,
): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (why: unknown) => {
      raw.destroy();
      reject(new OpenGsaError('edge-unreachable', `${method} ${path.split('?')[0] ?? ''}: ${explain(why)}`));
    };
    const request = http.request({
      createConnection: () => tls,
      method,
      path,
      headers: {
        ...{ host: edge, connection: 'close' },
        ...(sent === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
      },
      signal,
    });
    request.on('error', fail);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('error', fail);
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > longestBody) request.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => {
        const proxyStatus = String(response.headers[tunnelFields.proxyStatus] ?? '');
        resolve({ status: response.statusCode ?? 0, body: text, proxyStatus });
        raw.destroy();
      });
    });
    request.end(sent);
  });
}
