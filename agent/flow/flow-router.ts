// The path of every captured flow: decided once, opened directly or through the tunnel, relayed, recorded.
import type {
  FlowDecision,
  FlowOpening,
  FlowRequest,
  OpenFlow,
  OpenTunnelFlow,
  TunnelAnswer,
} from '../core/flow.ts';
import type { Destination } from '../../protocol/destination.ts';
import { assertNever, explain, OpenGsaError } from '../../protocol/error.ts';
import { type Denial, proxyErrors } from '../../protocol/proxy-status.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import { relay, type RelayOptions, type RelayOutcome } from '../../protocol/relay/relay.ts';
import type { DialDirect } from './direct.ts';
import type { FlowEntry, FlowTable } from './flow-table.ts';

export type FlowRouting = {
  /** The one decision for a flow; a promise where it waits for what the decision rests on. Never rejects. */
  readonly decide: (destination: Destination) => FlowDecision | Promise<FlowDecision>;
  readonly openTunnel: OpenTunnelFlow;
  readonly dialDirect: DialDirect;
  /** Signed statements that may be shown at this moment, at most one per family. */
  readonly attestations: () => readonly string[];
  readonly table: FlowTable;
  readonly traceparent: () => string;
};

/** Who refuses when it is this agent. */
const self = 'opengsa';

export function createFlowRouter(routing: FlowRouting): OpenFlow {
  return async (request) => {
    const decision = await routing.decide(request.destination);
    const traceparent = routing.traceparent();
    const entry = routing.table.add(request, decision, traceparent);
    try {
      switch (decision.action) {
        case 'block':
          return refuse(entry, { error: 'http_request_denied', reason: decision.reason });
        case 'direct':
          return await openDirect(routing, request, entry);
        case 'tunnel':
          return await openThroughTunnel(routing, request, decision, traceparent, entry);
        default:
          return assertNever(decision.action);
      }
    } catch (error) {
      // Both ways of opening promise not to reject; a fault of ours must still be an answer and a record.
      entry.refused(self, explain(error));
      return refusal({ error: 'proxy_internal_error', reason: 'internal' }, self);
    }
  };
}

async function openDirect(
  { dialDirect }: FlowRouting,
  { destination }: FlowRequest,
  entry: FlowEntry,
): Promise<FlowOpening> {
  const opening = await dialDirect(destination);
  if (opening.kind === 'failed') return refuse(entry, opening.denial);
  return openFlow(opening.stream, entry, {
    edge: null,
    far: 'destination',
    answer: null,
    relay: (application, options) => relay(application, opening.stream, options),
  });
}

async function openThroughTunnel(
  { openTunnel, attestations }: FlowRouting,
  { destination }: FlowRequest,
  decision: FlowDecision,
  traceparent: string,
  entry: FlowEntry,
): Promise<FlowOpening> {
  const opening = await openTunnel({
    destination,
    attestation: decision.attest ? attestations : () => [],
    traceparent,
  });
  if (opening.kind === 'refused') {
    entry.observed(opening.egressObserved ?? null);
    entry.refused(opening.by, opening.denial.reason);
    return opening;
  }
  return openFlow(opening.stream, entry, {
    edge: opening.edge,
    far: opening.edge,
    answer: opening.answer,
    relay: opening.relay ?? ((application, options) => relay(application, opening.stream, options)),
  });
}

type FarSide = {
  readonly edge: string | null;
  /** Names the far side where it is at fault. */
  readonly far: string;
  /** What an edge says later; null where nothing is outstanding. */
  readonly answer: Promise<TunnelAnswer> | null;
  readonly relay: (application: FlowStream, options: RelayOptions) => Promise<RelayOutcome>;
};

function openFlow(stream: FlowStream, entry: FlowEntry, farSide: FarSide): FlowOpening {
  const { edge, far, answer } = farSide;
  let application: FlowStream | null = null;
  let denied: OpenGsaError | null = null;
  let answered = answer === null;

  entry.opened(edge, (reason) => {
    const error = new OpenGsaError('flow-reset', `${self}: ${reason}`);
    stream.reset(error);
    application?.reset(error);
  });
  void answer?.then((said) => {
    answered = true;
    entry.observed(said.egressObserved ?? null);
    if (said.kind === 'accepted') return;
    denied = new OpenGsaError('destination-refused', `${said.by}: ${said.denial.reason}`);
    entry.refused(said.by, said.denial.reason);
    stream.reset(denied);
  });
  let abandoned = false;
  stream.duplex.once('close', () => {
    if (application !== null) return;
    entry.ended(`${abandoned ? 'application' : far}: gone before the flow was open`);
  });

  const explained = (side: FlowStream): FlowStream => ({
    ...side,
    // The refusal that causes a reset arrives just after it; the application's front is to be told the refusal.
    reset: (reason) => {
      if (answered) side.reset(denied ?? reason);
      else setImmediate(() => side.reset(denied ?? reason));
    },
  });
  return {
    kind: 'open',
    stream: {
      ...stream,
      // A front whose application has gone resets the stream without relaying.
      reset: (reason) => {
        abandoned = true;
        stream.reset(reason);
      },
    },
    relay: async (side) => {
      application = side;
      const outcome = await farSide.relay(explained(side), { bytes: entry.bytes });
      entry.ended(faultOf(outcome, far));
    },
  };
}

function faultOf({ clean, broken, reason }: RelayOutcome, far: string): string | null {
  if (clean) return null;
  return `${broken === 'a' ? 'application' : far}: ${explain(reason ?? 'ended before its time')}`;
}

function refuse(entry: FlowEntry, denial: Denial): FlowOpening {
  entry.refused(self, denial.reason);
  return refusal(denial, self);
}

function refusal(denial: Denial, by: string): FlowOpening {
  return { kind: 'refused', status: proxyErrors[denial.error], denial, by };
}
