// An edge over HTTP/1.1: one TLS connection per flow, with a few kept warm.
import http from 'node:http';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import { relay, type RelayOptions } from '../../protocol/relay/relay.ts';
import { resetSocket } from '../../protocol/relay/reset.ts';
import type { Clock } from '../clock.ts';
import type { TunnelAnswer } from '../core/flow.ts';
import type { TunnelFailure } from '../core/session-state.ts';
import type { EdgeConnection } from './dial.ts';
import type { EdgeLink, PlainAnswer } from './edge-link.ts';
import { failureError, tunnelFailure } from './failure.ts';
import { connectOverH1 } from './h1-connect.ts';

/** A flow that finds a warm connection saves two round trips; servers close idle ones, so only a few are kept. */
const warmConnections = 2;
/** A proxy that drops half-close never answers an end; the flow is not kept longer than this without a byte. */
export const halfCloseIdleMs = 10_000;
const longestBody = 1024 * 1024;

export type H1PoolOptions = {
  readonly edge: string;
  readonly clock: Clock;
  readonly dial: () => Promise<EdgeConnection>;
};

export function createH1Pool(first: EdgeConnection, options: H1PoolOptions): EdgeLink {
  const { edge, clock } = options;
  const kept = keepConnections(first, options);
  const flows = new Set<FlowStream>();
  let idle: () => void = () => undefined;

  return {
    edge,
    protocol: 'http/1.1',
    lost: kept.lost,
    open: async (request) => {
      try {
        const { answer, stream } = await connectOverH1(await kept.take(), edge, request, clock);
        if (answer.kind === 'refused') return answer;
        flows.add(stream);
        stream.duplex.once('close', () => {
          flows.delete(stream);
          if (flows.size === 0) idle();
        });
        return openH1Flow(edge, stream, answer, clock);
      } catch (error) {
        const denial = { error: 'connection_terminated', reason: 'edge-lost' } as const;
        return { kind: 'refused', status: 502, denial, by: `${edge}: ${explain(error)}` };
      }
    },
    get: async (path, timeoutMs) => getOverH1(await kept.take(), edge, path, timeoutMs),
    markForeign: () => undefined,
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
  /** A warm connection, or one made for it. */
  readonly take: () => Promise<EdgeConnection>;
  readonly past: { readonly sent: number; readonly received: number };
  readonly lost: Promise<TunnelFailure>;
  /** Closes the warm ones; no further ones are made. */
  readonly stop: () => void;
};

function keepConnections(first: EdgeConnection, { edge, dial }: H1PoolOptions): KeptConnections {
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
  const refill = () => {
    if (stopped || warm.length >= warmConnections) return;
    dial().then(
      (connection) => {
        keep(connection);
        if (stopped || warm.length >= warmConnections) connection.raw.destroy();
        else warm.push(connection);
      },
      (error: unknown) => fault(error),
    );
  };
  const take = async (): Promise<EdgeConnection> => {
    const ready = warm.shift();
    refill();
    if (ready !== undefined && !ready.tls.destroyed && !ready.tls.readableEnded) return ready;
    try {
      return keep(await dial());
    } catch (error) {
      throw failureError(fault(error));
    }
  };
  warm.push(keep(first));

  return {
    all,
    past,
    lost,
    take,
    stop: () => {
      stopped = true;
      for (const { raw } of [...warm]) raw.destroy();
    },
  };
}

function openH1Flow(edge: string, stream: FlowStream, answer: TunnelAnswer, clock: Clock) {
  const schedule = (delayMs: number, run: () => void) => clock.setTimer(run, delayMs).cancel;
  const halfCloseLimit = { endOf: 'a', idleMs: halfCloseIdleMs, schedule } as const;
  return {
    kind: 'open',
    edge,
    stream,
    answer: Promise.resolve(answer),
    relay: (application: FlowStream, options: RelayOptions = {}) =>
      relay(application, stream, { halfCloseLimit, ...options }),
  } as const;
}

function getOverH1(
  { tls, raw }: EdgeConnection,
  edge: string,
  path: string,
  timeoutMs: number,
): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (why: unknown) => {
      raw.destroy();
      reject(new OpenGsaError('edge-unreachable', `GET ${path}: ${explain(why)}`));
    };
    const request = http.request({
      createConnection: () => tls,
      path,
      headers: { host: edge, connection: 'close' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    request.on('error', fail);
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('error', fail);
      response.on('data', (text: string) => {
        body += text;
        if (body.length > longestBody) request.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body });
        raw.destroy();
      });
    });
    request.end();
  });
}
