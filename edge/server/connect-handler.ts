// The life of one CONNECT: decided, dialled, framed, relayed, logged. Each way out leaves exactly one record.
import type { RelayOutcome } from '../../protocol/relay/relay.ts';
import { formatHost } from '../../protocol/destination.ts';
import { formatProxyStatus, proxyErrors, type Denial } from '../../protocol/proxy-status.ts';
import type { Assurance } from '../../protocol/restoration.ts';
import { tunnelFields } from '../../protocol/tunnel.ts';
import type { Endpoint } from '../core/edge-policy.ts';
import { frame, type Framing } from '../core/restoration.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';
import type { Dial } from '../upstream/dialler.ts';
import type { DeviceAccounts } from './device-accounts.ts';
import { type Decider, type Decision, newFlowFacts, type FlowFacts } from './flow-decision.ts';
import { watchIdle } from './flow-idle.ts';
import { type Carriage, carryBytes, type CarryHttp } from './carriage.ts';
import type { ConnectRequest, Fields } from './request.ts';

export type ConnectHandlerOptions = Decider & {
  /** The name in Proxy-Status: the edge's. */
  readonly name: string;
  readonly dial: Dial;
  readonly carryHttp: CarryHttp;
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
  /** Those that are still decided about or dialled included. */
  readonly openFlows: () => number;
  /** Ends every flow, or those of one device: by reset on both sides, or by refusal before its answer. Answers how many. */
  readonly resetFlows: (reason: OwnEnd, thumbprint?: string) => number;
};

/** Why the edge itself ended a flow. */
export type OwnEnd = 'idle' | 'edge-stopped' | 'device-revoked';

type OpenFlow = {
  readonly thumbprint: string;
  readonly end: (reason: OwnEnd) => void;
  /** Aborted by `end`. */
  readonly signal: AbortSignal;
  /** What `end` was called with first; null where it was not. */
  readonly ownEnd: () => OwnEnd | null;
};

type Result = Pick<FlowLogRecord, 'result' | 'proxyError' | 'reason' | 'bytesSent' | 'bytesReceived'>;

export function createConnectHandler(options: ConnectHandlerOptions): ConnectHandler {
  const open = new Set<OpenFlow>();

  const handle = async (request: ConnectRequest): Promise<void> => {
    const facts = newFlowFacts(request, options.signaling(), options.nowMs());
    const flow = newFlow(request.thumbprint);
    open.add(flow);
    let result: Result;
    try {
      result = await serve(request, facts, options, flow);
    } catch (error) {
      options.onFault(error);
      const denial: Denial = { error: 'proxy_internal_error', reason: 'internal' };
      refuse(request, denial, options.name);
      result = refusedBy(denial);
    }
    options.logFlow({ ...facts, ...result, endedAt: new Date(options.nowMs()).toISOString() });
    open.delete(flow);
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

function newFlow(thumbprint: string): OpenFlow {
  const controller = new AbortController();
  let ownEnd: OwnEnd | null = null;
  return {
    thumbprint,
    signal: controller.signal,
    ownEnd: () => ownEnd,
    end: (reason) => {
      ownEnd ??= reason;
      controller.abort();
    },
  };
}

/** The place is taken before anything that costs: a device over its limits must not keep the edge busy. */
async function serve(
  request: ConnectRequest,
  facts: FlowFacts,
  options: ConnectHandlerOptions,
  flow: OpenFlow,
): Promise<Result> {
  const denial = options.identify(request, facts) ?? options.accounts.open(request.thumbprint);
  if (denial !== null) return refuseFlow(request, denial, options.name);
  let aborted = false;
  try {
    const result = await decideAndRelay(request, facts, options, flow);
    aborted = result.reason === 'device-aborted';
    return result;
  } finally {
    options.accounts.close(request.thumbprint, aborted);
  }
}

async function decideAndRelay(
  request: ConnectRequest,
  facts: FlowFacts,
  options: ConnectHandlerOptions,
  flow: OpenFlow,
): Promise<Result> {
  const timeout = AbortSignal.timeout(options.connectSeconds * 1000);
  const signal = AbortSignal.any([request.signal, flow.signal, timeout]);
  const decision = await options.decide(request, facts, signal);
  const givenUp = endBeforeAnswer(request, flow, options.name);
  if (givenUp !== null) return givenUp;
  if (decision.kind === 'deny') {
    return refuseFlow(request, decision.denial, options.name, decision.peerAssurance);
  }

  const { endpoints, egress } = decision;
  const dialled = await options.dial({ endpoints, egress, signal });
  if (dialled.kind !== 'connected') {
    const late: Denial = { error: 'connection_timeout', reason: 'connect-timed-out' };
    return (
      endBeforeAnswer(request, flow, options.name) ??
      refuseFlow(
        request,
        dialled.kind === 'failed' ? dialled.denial : late,
        options.name,
        decision.peerAssurance,
      )
    );
  }
  const framing = frameFlow(request, decision, dialled.endpoint, options.signaling());
  facts.signaling = options.signaling();
  facts.edgeAddress = dialled.socket.localAddress ?? null;
  facts.dialledAddress = dialled.endpoint.address.text;
  facts.dialledPort = dialled.endpoint.port;
  const { socket } = dialled;
  const carriage =
    decision.forwarding === null
      ? carryBytes(socket, framing)
      : await options.carryHttp({
          ...decision,
          forwarding: decision.forwarding,
          socket,
          framing,
          signal,
          life: flow.signal,
        });
  if (carriage.kind === 'failed') {
    return (
      endBeforeAnswer(request, flow, options.name) ??
      refuseFlow(request, carriage.denial, options.name, decision.peerAssurance)
    );
  }
  facts.statedAddress = framing.stated?.text ?? null;
  return carryFlow(request, decision, carriage, options, flow);
}

/** What became of a flow that its device or the edge gave up before the answer; null where neither did. */
function endBeforeAnswer(request: ConnectRequest, flow: OpenFlow, name: string): Result | null {
  if (request.signal.aborted) return { ...nothingRelayed, result: 'reset', reason: 'device-aborted' };
  const reason = flow.ownEnd();
  return reason === null ? null : refuseFlow(request, { error: 'destination_unavailable', reason }, name);
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

async function carryFlow(
  request: ConnectRequest,
  decision: Extract<Decision, { kind: 'admit' }>,
  carriage: Extract<Carriage, { kind: 'ready' }>,
  options: ConnectHandlerOptions,
  flow: OpenFlow,
): Promise<Result> {
  const device = request.accept(observedField(request, decision.peerAssurance));
  const { ended, bytes, reset } = carriage.start(device);
  const breakOff = () => reset(new Error(flow.ownEnd() ?? 'ended'));
  flow.signal.addEventListener('abort', breakOff);
  // It may have been ended while the connection was made.
  if (flow.signal.aborted) breakOff();
  const stopWatching = watchIdle(bytes, options.flowIdleSeconds * 1000, () => flow.end('idle'));
  const outcome = await ended;
  stopWatching();
  return resultOf(outcome, flow.ownEnd());
}

const nothingRelayed = { proxyError: null, reason: null, bytesSent: 0, bytesReceived: 0 } as const;

function resultOf({ clean, broken, bytes }: RelayOutcome, ownEnd: OwnEnd | null): Result {
  const counted = { proxyError: null, bytesSent: bytes.aToB, bytesReceived: bytes.bToA };
  if (clean) return { ...counted, result: 'ended', reason: null };
  const reason = ownEnd ?? (broken === 'a' ? 'device-aborted' : 'destination-aborted');
  return { ...counted, result: 'reset', reason };
}

/** @param seen how sure the device's address is, where it was looked at */
function refuseFlow(request: ConnectRequest, denial: Denial, name: string, seen?: Assurance): Result {
  refuse(request, denial, name, seen);
  return refusedBy(denial);
}

function refuse(request: ConnectRequest, denial: Denial, name: string, seen?: Assurance): void {
  request.refuse(proxyErrors[denial.error], {
    [tunnelFields.proxyStatus]: formatProxyStatus(name, denial),
    ...(seen === undefined ? {} : observedField(request, seen)),
  });
}

function observedField({ peer }: ConnectRequest, seen: Assurance): Fields {
  return { [tunnelFields.observed]: `"${peer.address.text}";assurance=${seen}` };
}

function refusedBy({ error, reason }: Denial): Result {
  return { ...nothingRelayed, result: 'refused', proxyError: error, reason };
}
