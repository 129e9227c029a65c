// The path of every captured flow: decided once, opened directly or through the tunnel, relayed, recorded.
import type {
  FlowDecision,
  FlowOpening,
  FlowRequest,
  Identification,
  InspectFlow,
  OpenFlow,
  OpenTunnelFlow,
  TunnelAnswer,
} from '../core/flow.ts';
import type { Destination } from '../../protocol/destination.ts';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { ProcessFact } from '../../protocol/process-fact.ts';
import { type Denial, proxyErrors } from '../../protocol/proxy-status.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import { relay, type RelayOptions, type RelayOutcome } from '../../protocol/relay/relay.ts';
import type { DialDirect } from './direct.ts';
import type { FlowEntry, FlowTable } from './flow-table.ts';

export type FlowRouting = {
  /** The one decision for a flow; a promise where it waits for what the decision rests on. Never rejects. */
  readonly decide: (
    destination: Destination,
    program: ProcessFact | null,
  ) => FlowDecision | Promise<FlowDecision>;
  /** Starts to find out who opened the flow; null for what no program opened. */
  readonly identify: (request: FlowRequest) => Identification | null;
  /** The session of the person whose flow it is; null: nobody's who is signed in. Never rejects. Absent: nobody signs in. */
  readonly personOf?: (opener: Identification | null) => Promise<FlowPerson | null>;
  readonly openTunnel: OpenTunnelFlow;
  readonly dialDirect: DialDirect;
  /** How flows to this destination are inspected, whichever way they take; null: they are relayed untouched. */
  readonly inspect: (destination: Destination) => InspectFlow | null;
  /** Signed statements that may be shown at this moment, at most one per family. */
  readonly attestations: () => readonly string[];
  readonly table: FlowTable;
  readonly traceparent: () => string;
};

export type FlowPerson = { readonly session: string; readonly name: string };

/** Who refuses when it is this agent. */
const self = 'opengsa';

export function createFlowRouter(routing: FlowRouting): OpenFlow {
  return async (request) => {
    const opener = routing.identify(request);
    const program = (await opener?.forDecision) ?? null;
    const decision = await routing.decide(request.destination, program);
    const traceparent = routing.traceparent();
    const entry = routing.table.add(request, decision, traceparent);
    void opener?.fact.then(entry.openedBy);
    const way: Way = { routing, request, decision, traceparent, entry, opener };
    try {
      if (decision.action === 'block') {
        return refuse(entry, { error: 'http_request_denied', reason: decision.reason });
      }
      const reached = await reach(way);
      if (reached.kind === 'refused') return refuseAs(entry, reached);
      // A request in plain HTTP is no TLS connection that could be inspected.
      const inspect = request.via === 'http-request' ? null : routing.inspect(request.destination);
      return inspect === null
        ? openFlow(reached.farSide, entry)
        : await openInspected(inspect, way, reached.farSide);
    } catch (error) {
      // All ways of opening promise not to reject; a fault of ours must still be an answer and a record.
      entry.refused(self, explain(error));
      return refusal({ error: 'proxy_internal_error', reason: 'internal' }, self);
    }
  };
}

type Way = {
  readonly routing: FlowRouting;
  readonly request: FlowRequest;
  readonly decision: FlowDecision;
  readonly traceparent: string;
  readonly entry: FlowEntry;
  readonly opener: Identification | null;
};

type Refusal = Extract<FlowOpening, { kind: 'refused' }>;
type Reached = { readonly kind: 'open'; readonly farSide: FarSide } | Refusal;

/** A connection to the destination, on the path of the decision. */
async function reach(way: Way): Promise<Reached> {
  const { routing, request, decision, traceparent } = way;
  const { destination } = request;
  if (decision.action !== 'tunnel') {
    const opening = await routing.dialDirect(destination);
    if (opening.kind === 'failed') return refusal(opening.denial, self);
    const { stream } = opening;
    return {
      kind: 'open',
      farSide: {
        stream,
        edge: null,
        far: 'destination',
        answer: null,
        relay: (application, options) => relay(application, stream, options),
      },
    };
  }
  const person = (await routing.personOf?.(way.opener)) ?? null;
  if (person !== null) way.entry.ofPerson(person.name);
  const opening = await routing.openTunnel({
    destination,
    attestation: decision.attest ? routing.attestations : () => [],
    traceparent,
    ...(person === null ? {} : { person: person.session }),
  });
  if (opening.kind === 'refused') {
    way.entry.observed(opening.egressObserved ?? null);
    return opening;
  }
  const { stream, edge, answer } = opening;
  return {
    kind: 'open',
    farSide: {
      stream,
      edge,
      far: edge,
      answer,
      relay: opening.relay ?? ((application, options) => relay(application, stream, options)),
    },
  };
}

/** The application is told of success only when the destination has proved itself. */
async function openInspected(inspect: InspectFlow, way: Way, farSide: FarSide): Promise<FlowOpening> {
  const { entry, request } = way;
  const { stream, answer } = farSide;
  const said = { refusal: null as Refusal | null };
  void answer?.then((result) => {
    entry.observed(result.egressObserved ?? null);
    if (result.kind !== 'refused') return;
    said.refusal = result;
    stream.reset(new OpenGsaError('destination-refused', `${result.by}: ${result.denial.reason}`));
  });
  const inspection = await inspect({
    destination: request.destination,
    stream,
    reopen: async () => {
      const again = await reach(way);
      if (again.kind === 'open') return { kind: 'open', stream: again.farSide.stream };
      return { kind: 'failed', denial: again.denial };
    },
  });
  if (inspection.kind === 'ready') return openFlow({ ...farSide, relay: inspection.relay }, entry);
  const own = refusal(inspection.denial, self);
  // Where the inspection itself gave up, the tunnel tells of nothing but our own reset.
  if (answer === null || inspection.denial.error !== 'connection_terminated') return refuseAs(entry, own);
  // The edge's refusal that cut the handshake arrives just after the reset.
  await new Promise<void>((resolve) => setImmediate(resolve));
  return refuseAs(entry, said.refusal ?? own);
}

type FarSide = {
  readonly stream: FlowStream;
  readonly edge: string | null;
  /** Names the far side where it is at fault. */
  readonly far: string;
  /** What an edge says later; null where nothing is outstanding. */
  readonly answer: Promise<TunnelAnswer> | null;
  readonly relay: (application: FlowStream, options: RelayOptions) => Promise<RelayOutcome>;
};

function openFlow(farSide: FarSide, entry: FlowEntry): FlowOpening {
  const { stream, edge, far, answer } = farSide;
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
  return refuseAs(entry, refusal(denial, self));
}

function refuseAs(entry: FlowEntry, refused: Refusal): FlowOpening {
  entry.refused(refused.by, refused.denial.reason);
  return refused;
}

function refusal(denial: Denial, by: string): Refusal {
  return { kind: 'refused', status: proxyErrors[denial.error], denial, by };
}
