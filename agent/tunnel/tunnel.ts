// The tunnel: keeps one edge connected, the preferred one if it can be had, and opens flows through it.
import type { EdgeEndpoint } from '../../protocol/device-bundle.ts';
import { assertNever, OpenGsaError } from '../../protocol/error.ts';
import type { Status } from '../../protocol/status.ts';
import { tunnelAlpn, viewPath } from '../../protocol/tunnel.ts';
import type { Clock, Timer } from '../clock.ts';
import type { OpenTunnelFlow, TunnelRequest } from '../core/flow.ts';
import {
  initialTunnelState,
  nextTunnelState,
  type TunnelEffect,
  type TunnelEvent,
  type TunnelState,
} from '../core/session-state.ts';
import type { Random } from '../random.ts';
import type { Credentials } from './credentials.ts';
import { dialEdge, type DialOptions, dialTimeoutMs } from './dial.ts';
import type { EdgeLink, PlainAnswer, PlainQuestion } from './edge-link.ts';
import { createLiveEdge } from './live-edge.ts';
import { failureError, tunnelFailure } from './failure.ts';
import { createH1Pool } from './h1-pool.ts';
import { createSessionPool } from './session-pool.ts';
import { startSession } from './session.ts';
import type { ViewState } from './view-poll.ts';

/** How long a flow waits for a connection that is being made. */
export const openWaitMs = 10_000;
/** Longer than an edge may take to fetch the keys of an issuer. */
const askTimeoutMs = 20_000;

export type TunnelOptions = {
  readonly edges: readonly EdgeEndpoint[];
  /** Read at each connection, so that a renewed certificate is used from the next one on. */
  readonly credentials: Pick<Credentials, 'key' | 'certificate' | 'authority'>;
  /** `auto` takes HTTP/2 where the edge speaks it. */
  readonly protocol: 'auto' | 'h2' | 'http/1.1';
  readonly localAddress: { readonly ipv4: string | null; readonly ipv6: string | null };
  readonly clock: Clock;
  readonly random: Random;
};

export type Tunnel = {
  readonly start: () => void;
  readonly open: OpenTunnelFlow;
  readonly state: () => TunnelState;
  /** Name of an edge by its place, as in `state`. */
  readonly edgeName: (edge: number) => string;
  readonly view: () => ViewState;
  /** Asks the connected edge. Rejects with OpenGsaError `edge-unreachable` where none is, or it does not answer. */
  readonly ask: (question: PlainQuestion) => Promise<PlainAnswer>;
  /** Called after each change of state or view. Returns how to stop that. */
  readonly onChange: (listener: () => void) => () => void;
  readonly channels: () => Status['channels'];
  /** Resolves when the edge in use serves a connection that is made with these, and ends it; else rejects. */
  readonly prove: (credentials: TunnelOptions['credentials']) => Promise<void>;
  readonly networkChanged: () => void;
  readonly retryNow: () => void;
  /** Takes no more flows; resolves when the open ones have ended, at the latest after the time. `start` begins again. */
  readonly drain: (graceMs: number) => Promise<void>;
  /** Resets what is left. */
  readonly close: () => void;
};

export function createTunnel(options: TunnelOptions): Tunnel {
  const { edges, clock, random } = options;
  const names = edges.map(({ url }) => new URL(url).host);
  const listeners = new Set<() => void>();
  let state: TunnelState = initialTunnelState;
  let timer: Timer | null = null;
  let draining: Promise<void> = Promise.resolve();
  let graceMs = 0;

  const edgeName = (edge: number) => names[edge] ?? '';
  const changed = () => [...listeners].forEach((listener) => listener());
  const report = (event: TunnelEvent) => {
    const before = state;
    const input = { now: clock.monotonic(), random: random(), edges: edges.length };
    const step = nextTunnelState(state, event, input);
    state = step.state;
    if (before.kind === 'connected' && state.kind !== 'connected') live.leave();
    for (const effect of step.effects) perform(effect);
    if (state !== before) changed();
  };
  const connect = (edge: number, signal: AbortSignal) =>
    connectEdge(options, edges[edge], edgeName(edge), signal);
  const live = createLiveEdge({ clock, connect, nameOf: edgeName, report, changed });
  const perform = (effect: TunnelEffect): void => {
    switch (effect.kind) {
      case 'connect':
        void live.connect(effect.attempt);
        return;
      case 'abandon':
        live.abandon();
        return;
      case 'adopt':
        live.adopt();
        return;
      case 'examine':
        live.examine();
        return;
      case 'drain':
        draining = live.retireAll(graceMs).then(() => report({ kind: 'stopped' }));
        return;
      case 'wake':
        timer?.cancel();
        timer = effect.afterMs === null ? null : clock.setTimer(wake, effect.afterMs);
        return;
      default:
        assertNever(effect);
    }
  };

  const wake = () => report({ kind: 'woken' });
  const settled = () => leavesConnecting(listeners, () => state, clock);
  return {
    start: () => report({ kind: 'start' }),
    state: () => state,
    edgeName,
    view: live.view,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ask: (question) => askOver(live.link(), question),
    open: (request) => openOnceMore(request, settled, live.link, () => refusal(state)),
    channels: () => [channel(state, names, live.link(), clock)],
    prove: (credentials) => {
      const at = state.kind === 'connected' ? state.edge : 0;
      return proveServed(connectEdge({ ...options, credentials }, edges[at], edgeName(at), never()));
    },
    networkChanged: () => report({ kind: 'network-changed' }),
    retryNow: () => report({ kind: 'retry-now' }),
    drain: async (ms) => {
      graceMs = ms;
      report({ kind: 'stop' });
      await draining;
    },
    close: () => {
      report({ kind: 'stop' });
      live.closeAll();
      timer?.cancel();
    },
  };
}

async function askOver(link: EdgeLink | null, question: PlainQuestion): Promise<PlainAnswer> {
  if (link === null) throw new OpenGsaError('edge-unreachable', 'no edge is connected');
  return link.ask(question, askTimeoutMs, never());
}

type Opening = Awaited<ReturnType<OpenTunnelFlow>>;

/** A flow that finds its edge gone, before anything was told to the application, goes to the one that comes after. */
async function openOnceMore(
  request: TunnelRequest,
  settled: () => Promise<void>,
  link: () => EdgeLink | null,
  refuse: () => Opening,
): Promise<Opening> {
  await settled();
  const first = link();
  const opening = (await first?.open(request)) ?? refuse();
  const gone = opening.kind === 'refused' && opening.denial.reason === 'edge-lost';
  if (!gone || link() === first) return opening;
  await settled();
  return link()?.open(request) ?? refuse();
}

async function connectEdge(
  { credentials, localAddress, protocol, clock }: TunnelOptions,
  endpoint: EdgeEndpoint | undefined,
  edge: string,
  signal: AbortSignal,
): Promise<EdgeLink> {
  if (endpoint === undefined) throw new OpenGsaError('internal', 'there is no such edge');
  const alpn = protocol === 'auto' ? tunnelAlpn : ([protocol] as const);
  const dial = (using: DialOptions['alpn'], aborted?: AbortSignal) =>
    dialEdge({ endpoint, credentials, localAddress, alpn: using, clock }, aborted);
  const connection = await dial(alpn, signal);
  try {
    if (connection.protocol === 'http/1.1') {
      return createH1Pool(connection, { edge, clock, dial: () => dial(['http/1.1']) });
    }
    const first = await startSession(connection, clock);
    const connect = async () => startSession(await dial(['h2']), clock);
    const overflow = () => createH1Pool(null, { edge, clock, dial: () => dial(['http/1.1']) });
    return createSessionPool(first, { edge, clock, connect, overflow });
  } catch (error) {
    connection.raw.destroy();
    throw failureError(tunnelFailure(edge, error));
  }
}

/** That a connection stands says nothing yet: an edge refuses a device that it does not know by its answer. */
async function proveServed(connecting: Promise<EdgeLink>): Promise<void> {
  const link = await connecting;
  try {
    const { status } = await link.ask({ method: 'GET', path: viewPath }, dialTimeoutMs, never());
    if (status !== 200) throw new OpenGsaError('device-refused', `${link.edge} answered ${status}`);
  } finally {
    link.close();
  }
}

function never(): AbortSignal {
  return new AbortController().signal;
}

/** Resolves when the attempt under way has come to an end, or after the time a flow waits for it. */
async function leavesConnecting(
  listeners: Set<() => void>,
  state: () => TunnelState,
  clock: Clock,
): Promise<void> {
  if (state().kind !== 'connecting') return;
  await new Promise<void>((resolve) => {
    const done = () => {
      timer.cancel();
      listeners.delete(look);
      resolve();
    };
    const look = () => {
      if (state().kind !== 'connecting') done();
    };
    const timer = clock.setTimer(done, openWaitMs);
    listeners.add(look);
  });
}

function refusal(state: TunnelState): Opening {
  const by = 'opengsa';
  switch (state.kind) {
    case 'blocked':
      return {
        kind: 'refused',
        status: 502,
        denial: { error: 'destination_unavailable', reason: state.reason },
        by,
      };
    case 'connecting':
      return {
        kind: 'refused',
        status: 504,
        denial: { error: 'connection_timeout', reason: 'edge-timeout' },
        by,
      };
    case 'idle':
    case 'draining':
    case 'connected':
    case 'backing-off':
      return {
        kind: 'refused',
        status: 502,
        denial: { error: 'destination_unavailable', reason: 'edge-unreachable' },
        by,
      };
    default:
      return assertNever(state);
  }
}

function channel(
  state: TunnelState,
  names: readonly string[],
  link: EdgeLink | null,
  clock: Clock,
): Status['channels'][number] {
  const counters = link?.counters() ?? { sessions: 0, latencyMs: null, bytesSent: 0, bytesReceived: 0 };
  const edge = state.kind === 'connecting' ? state.attempt.edge : 'edge' in state ? state.edge : 0;
  const shown = {
    idle: 'off',
    draining: 'off',
    connecting: 'connecting',
    connected: 'up',
    'backing-off': 'unreachable',
    blocked: 'unreachable',
  } as const;
  return {
    name: 'tunnel',
    edge: names[edge] ?? '',
    state: shown[state.kind],
    protocol: link?.protocol ?? null,
    sessions: counters.sessions,
    since: new Date(clock.now() - (clock.monotonic() - state.since)).toISOString(),
    latencyMs: counters.latencyMs,
    bytesSent: counters.bytesSent,
    bytesReceived: counters.bytesReceived,
    cause: 'cause' in state ? state.cause : null,
  };
}
