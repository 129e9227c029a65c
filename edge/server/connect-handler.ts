// The life of one CONNECT: decided, dialled, framed, relayed, logged. Each way out leaves exactly one record.
import type { Socket } from 'node:net';
import { type RelayOutcome, relay } from '../../protocol/relay/relay.ts';
import { socketFlowStream } from '../../protocol/relay/adapters.ts';
import { formatHost } from '../../protocol/destination.ts';
import { formatProxyStatus, proxyErrors, type Denial } from '../../protocol/proxy-status.ts';
import { tunnelFields } from '../../protocol/tunnel.ts';
import type { Endpoint } from '../core/edge-policy.ts';
import { frame, type Framing } from '../core/restoration.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';
import type { Dial } from '../upstream/dialler.ts';
import type { DeviceAccounts } from './device-accounts.ts';
import { type Decide, type Decision, newFlowFacts, type FlowFacts } from './flow-decision.ts';
import { watchIdle } from './flow-idle.ts';
import type { ConnectRequest } from './request.ts';

export type ConnectHandlerOptions = {
  /** The name in Proxy-Status: the edge's. */
  readonly name: string;
  readonly decide: Decide;
  readonly dial: Dial;
  readonly accounts: DeviceAccounts;
  readonly signaling: () => 'enabled' | 'disabled';
  readonly connectSeconds: number;
  readonly flowIdleSeconds: number;
  readonly logFlow: (record: FlowLogRecord) => void;
  readonly nowMs: () => number;
  /** A fault of this program, never of a peer. */
  readonly onFault: (error: unknown) => void;
};

export type ConnectHandler = {
  readonly handle: (request: ConnectRequest) => void;
  readonly openFlows: () => number;
  /** Ends every open flow by reset on both sides, or those of one device. Answers how many. */
  readonly resetFlows: (reason: OwnEnd, thumbprint?: string) => number;
};

/** Why the edge itself ended a flow. */
export type OwnEnd = 'idle' | 'edge-stopped' | 'device-revoked';

type OpenFlow = { readonly thumbprint: string; readonly end: (reason: OwnEnd) => void };

type Result = Pick<FlowLogRecord, 'result' | 'proxyError' | 'reason' | 'bytesSent' | 'bytesReceived'>;

export function createConnectHandler(options: ConnectHandlerOptions): ConnectHandler {
  const open = new Set<OpenFlow>();

  const handle = async (request: ConnectRequest): Promise<void> => {
    const facts = newFlowFacts(request, options.signaling(), options.nowMs());
    let result: Result;
    try {
      result = await serve(request, facts, options, open);
    } catch (error) {
      options.onFault(error);
      const denial: Denial = { error: 'proxy_internal_error', reason: 'internal' };
      refuse(request, denial, options.name);
      result = refusedBy(denial);
    }
    options.logFlow({ ...facts, ...result, endedAt: new Date(options.nowMs()).toISOString() });
  };

  return {
    handle: (request) => void handle(request),
    openFlows: () => open.size,
    resetFlows: (reason, thumbprint) => {
      const flows = [...open].filter((flow) => thumbprint === undefined || flow.thumbprint === thumbprint);
      for (const flow of flows) flow.end(reason);
      return flows.length;
    },
  };
}

async function serve(
  request: ConnectRequest,
  facts: FlowFacts,
  options: ConnectHandlerOptions,
  open: Set<OpenFlow>,
): Promise<Result> {
  const timeout = AbortSignal.timeout(options.connectSeconds * 1000);
  const decision = await options.decide(request, facts, timeout);
  if (decision.kind === 'deny') return refuseFlow(request, decision.denial, options.name);

  const place = options.accounts.open(request.thumbprint);
  if (place !== null) return refuseFlow(request, place, options.name);
  let aborted = false;
  try {
    const result = await dialAndRelay(request, decision, facts, options, timeout, open);
    aborted = result.reason === 'device-aborted';
    return result;
  } finally {
    options.accounts.close(request.thumbprint, aborted);
  }
}

async function dialAndRelay(
  request: ConnectRequest,
  decision: Extract<Decision, { kind: 'admit' }>,
  facts: FlowFacts,
  options: ConnectHandlerOptions,
  timeout: AbortSignal,
  open: Set<OpenFlow>,
): Promise<Result> {
  const dialled = await options.dial({
    endpoints: decision.endpoints,
    egress: decision.egress,
    signal: AbortSignal.any([request.signal, timeout]),
  });
  if (dialled.kind === 'aborted' && request.signal.aborted) {
    return { ...nothingRelayed, result: 'reset', reason: 'device-aborted' };
  }
  if (dialled.kind !== 'connected') {
    const late: Denial = { error: 'connection_timeout', reason: 'connect-timed-out' };
    return refuseFlow(request, dialled.kind === 'failed' ? dialled.denial : late, options.name);
  }
  const framing = frameFlow(request, decision, dialled.endpoint, options.signaling());
  facts.signaling = options.signaling();
  facts.edgeAddress = dialled.socket.localAddress ?? null;
  facts.dialledAddress = dialled.endpoint.address.text;
  facts.dialledPort = dialled.endpoint.port;
  facts.statedAddress = framing.stated?.text ?? null;
  return relayFlow(request, decision, framing, dialled.socket, options, open);
}

/** The switch is read once per flow, at the moment in which the header is made. */
function frameFlow(
  request: ConnectRequest,
  decision: Extract<Decision, { kind: 'admit' }>,
  upstream: Endpoint,
  signaling: 'enabled' | 'disabled',
): Framing {
  return frame({
    class: decision.class,
    signaling,
    source: decision.source.source,
    assurance: decision.source.assurance,
    peer: request.peer,
    upstream,
    authority: formatHost(decision.destination.host),
    device: request.thumbprint,
    traceparent: decision.traceparent,
    fields: decision.proxyFields,
  });
}

async function relayFlow(
  request: ConnectRequest,
  decision: Extract<Decision, { kind: 'admit' }>,
  framing: Framing,
  socket: Socket,
  options: ConnectHandlerOptions,
  open: Set<OpenFlow>,
): Promise<Result> {
  const upstream = socketFlowStream(socket);
  if (framing.prefix.length > 0) {
    // Held back until the device's first bytes are there, so that both leave in one segment.
    socket.cork();
    socket.write(framing.prefix);
    setImmediate(() => socket.uncork());
  }
  const { peer } = request;
  const device = request.accept({
    [tunnelFields.observed]: `"${peer.address.text}";assurance=${decision.source.assurance}`,
  });
  const bytes = { aToB: 0, bToA: 0 };
  let ownEnd: OwnEnd | null = null;
  const flow: OpenFlow = {
    thumbprint: request.thumbprint,
    end: (reason) => {
      ownEnd ??= reason;
      device.reset(new Error(reason));
      upstream.reset(new Error(reason));
    },
  };
  const stopWatching = watchIdle(bytes, options.flowIdleSeconds * 1000, () => flow.end('idle'));
  open.add(flow);
  const outcome = await relay(device, upstream, { bytes, afterBurst: setImmediate });
  open.delete(flow);
  stopWatching();
  return resultOf(outcome, ownEnd);
}

const nothingRelayed = { proxyError: null, reason: null, bytesSent: 0, bytesReceived: 0 } as const;

function resultOf({ clean, broken, bytes }: RelayOutcome, ownEnd: OwnEnd | null): Result {
  const counted = { proxyError: null, bytesSent: bytes.aToB, bytesReceived: bytes.bToA };
  if (clean) return { ...counted, result: 'ended', reason: null };
  const reason = ownEnd ?? (broken === 'a' ? 'device-aborted' : 'destination-aborted');
  return { ...counted, result: 'reset', reason };
}

function refuseFlow(request: ConnectRequest, denial: Denial, name: string): Result {
  refuse(request, denial, name);
  return refusedBy(denial);
}

function refuse(request: ConnectRequest, denial: Denial, name: string): void {
  request.refuse(proxyErrors[denial.error], { [tunnelFields.proxyStatus]: formatProxyStatus(name, denial) });
}

function refusedBy({ error, reason }: Denial): Result {
  return { ...nothingRelayed, result: 'refused', proxyError: error, reason };
}
