// One captured connection: what capture hands over, what is decided, and what comes back.
import type { Address } from '../../protocol/address.ts';
import type { Destination } from '../../protocol/destination.ts';
import type { ProcessFact } from '../../protocol/process-fact.ts';
import type { AuthenticationKind, Hardening } from '../../protocol/profile.ts';
import type { Denial } from '../../protocol/proxy-status.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import type { RelayOptions, RelayOutcome } from '../../protocol/relay/relay.ts';

/** How a flow was captured. `verification` is the agent's own question to a reflection service. */
export type CaptureKind = 'http-connect' | 'http-request' | 'socks5' | 'transparent' | 'verification';

/** A connection that a program on this machine wants, before anything is decided. */
export type FlowRequest = FlowEnds & {
  readonly via: CaptureKind;
  readonly destination: Destination;
};

type SocketEnd = { readonly address: Address; readonly port: number };

/** The program's socket, as far as the agent's end of it tells. */
export type FlowEnds = {
  readonly source: SocketEnd;
  /**
   * What that socket is connected to as the program knows it: a proxy's listener, or the address before capture changed
   * it. Absent where that is not known; then the source alone must tell whose it is.
   */
  readonly dialled?: SocketEnd;
};

/** Who opened a flow, while it is being found out. */
export type Identification = {
  /** Never rejects; the flow does not wait for it. */
  readonly fact: Promise<ProcessFact>;
  /** Comes in the time that a flow may wait; null where no rule asks for the program. */
  readonly forDecision: Promise<ProcessFact> | null;
};

/** What happens to a flow, decided once, with its reason; the same words reach log, metric and window. */
export type FlowDecision = {
  readonly action: 'tunnel' | 'direct' | 'block';
  readonly ruleId: string | null;
  /** Stable, kebab-case: `rule-forward`, `no-rule`, `paused`, `hardening-block`, `own-edge`, `class-direct`, … */
  readonly reason: string;
  readonly authentication: AuthenticationKind | null;
  readonly hardening: Hardening | null;
  /** Whether attestations go with it: it authenticates, or its class restores. */
  readonly attest: boolean;
  /**
   * Present where rules for certain programs name the destination and were passed over: the program is not known, or the
   * question was asked without one and a program that they name may go another way.
   */
  readonly note?: 'program-unknown' | 'by-program';
};

/** The answer to a request. With a live HTTP/2 session it comes at once, and a later refusal is a reset of `stream`. */
export type FlowOpening =
  | {
      readonly kind: 'open';
      readonly stream: FlowStream;
      /** Relays the application's end with this flow until both have ended; never rejects. */
      readonly relay: (application: FlowStream) => Promise<void>;
    }
  | {
      readonly kind: 'refused';
      /** 403 for what a rule or the edge forbids, 502, 503 or 504 for what failed. */
      readonly status: number;
      readonly denial: Denial;
      /** Who refused: `opengsa` (this agent) or the edge's name. */
      readonly by: string;
    };

/** Decides and opens. Never rejects: every fault is a refusal with its reason. */
export type OpenFlow = (request: FlowRequest) => Promise<FlowOpening>;

/** What the tunnel needs to open one flow. */
export type TunnelRequest = {
  readonly destination: Destination;
  /**
   * Signed statements of the witness, at most one per family; none where the flow does not attest. Asked for each time
   * the request is sent: it may wait or be repeated, and the network may change meanwhile.
   */
  readonly attestation: () => readonly string[];
  /** The session of the person whose flow it is, at the edge; absent: nobody's who is signed in. */
  readonly person?: string;
  readonly traceparent: string;
};

/** What the edge said about a flow. It may come after the first bytes went out. */
export type TunnelAnswer =
  { readonly kind: 'accepted'; readonly egressObserved: string | null } | TunnelRefusal;

export type TunnelRefusal = {
  readonly kind: 'refused';
  readonly status: number;
  readonly denial: Denial;
  readonly by: string;
  /** The address at which an edge saw the device, where it got as far as looking. */
  readonly egressObserved?: string;
};

/**
 * Opens a flow through the tunnel. Resolves as soon as the application may be told of success: at once on a live
 * HTTP/2 session (`answer` then follows, and a refusal resets `stream`), else after the edge's complete 2xx.
 * Never rejects.
 */
export type OpenTunnelFlow = (request: TunnelRequest) => Promise<
  | {
      readonly kind: 'open';
      readonly stream: FlowStream;
      readonly edge: string;
      readonly answer: Promise<TunnelAnswer>;
      /**
       * Relays the application's end with this flow, as `relay` of `stream` would, and repeats a request that the edge
       * has certainly not processed on another session; who reads or writes `stream` itself does without. Never rejects.
       */
      readonly relay?: (application: FlowStream, options?: RelayOptions) => Promise<RelayOutcome>;
    }
  | TunnelRefusal
>;

/** A flow that is open towards a destination that is inspected. */
export type FlowToInspect = {
  readonly destination: Destination;
  readonly stream: FlowStream;
  /** Opens one more on the same path. Never rejects. */
  readonly reopen: () => Promise<
    | { readonly kind: 'open'; readonly stream: FlowStream }
    | { readonly kind: 'failed'; readonly denial: Denial }
  >;
};

/** Stands between the application and the destination, once the destination has proved itself. */
export type InspectFlow = (flow: FlowToInspect) => Promise<
  | {
      readonly kind: 'ready';
      /** In place of `relay`. Never rejects. */
      readonly relay: (application: FlowStream, options?: RelayOptions) => Promise<RelayOutcome>;
    }
  | { readonly kind: 'failed'; readonly denial: Denial }
>;
