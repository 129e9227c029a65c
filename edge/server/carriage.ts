// How an admitted flow is carried to its destination: byte for byte, or as HTTP that the edge ends and passes on.
import type { Socket } from 'node:net';
import type { Destination } from '../../protocol/destination.ts';
import { runGateway } from '../../protocol/gateway/gateway.ts';
import { connectUpstreamTls } from '../../protocol/gateway/upstream-tls.ts';
import type { HttpProtocol, OpenUpstream, UpstreamOpening } from '../../protocol/gateway/upstream.ts';
import { type Field, valuesOf } from '../../protocol/http-fields.ts';
import type { Denial } from '../../protocol/proxy-status.ts';
import { socketFlowStream } from '../../protocol/relay/adapters.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import { relay, type RelayBytes, type RelayOutcome } from '../../protocol/relay/relay.ts';
import { tunnelFields } from '../../protocol/tunnel.ts';
import type { EgressAddresses, Endpoint, ForwardingSettings } from '../core/edge-policy.ts';
import { forwardedFields, withoutForwarding } from '../core/forwarding-fields.ts';
import type { Framing } from '../core/restoration.ts';
import type { HostIdentities } from '../identity/host-identities.ts';
import type { Dial } from '../upstream/dialler.ts';

/** Everything is open towards the destination; `start` joins the device to it, once. */
export type Carriage =
  | { readonly kind: 'failed'; readonly denial: Denial }
  | { readonly kind: 'ready'; readonly start: (device: FlowStream) => CarriedFlow };

export type CarriedFlow = {
  /** Side `a` is the device. Never rejects. */
  readonly ended: Promise<RelayOutcome>;
  readonly bytes: Readonly<RelayBytes>;
  /** Ends the flow so that both sides see a break. */
  readonly reset: (reason: Error) => void;
};

export function carryBytes(socket: Socket, { prefix }: Framing): Extract<Carriage, { kind: 'ready' }> {
  const upstream = socketFlowStream(socket);
  return {
    kind: 'ready',
    start: (device) => {
      if (prefix.length > 0) {
        // Held back until the device's first bytes are there, so that both leave in one segment.
        socket.cork();
        socket.write(prefix);
        setImmediate(() => socket.uncork());
      }
      const bytes = { aToB: 0, bToA: 0 };
      return {
        bytes,
        ended: relay(device, upstream, { bytes }),
        reset: (reason) => {
          device.reset(reason);
          upstream.reset(reason);
        },
      };
    },
  };
}

export type HttpFlow = {
  readonly destination: Destination;
  readonly forwarding: ForwardingSettings;
  readonly writtenHeaders: ReadonlySet<string>;
  readonly framing: Framing;
  readonly traceparent: string | null;
  /** The first connection to the destination, and where further ones go. */
  readonly socket: Socket;
  readonly endpoints: readonly Endpoint[];
  readonly egress: EgressAddresses;
  /** Ends the preparation. */
  readonly signal: AbortSignal;
  /** Ends with the flow. */
  readonly life: AbortSignal;
};

/** The destination is verified first: nothing is issued for one that cannot prove itself. */
export type CarryHttp = (flow: HttpFlow) => Promise<Carriage>;

export type CarryHttpOptions = {
  /** The edge's, in its own answers. */
  readonly name: string;
  readonly identities: HostIdentities;
  readonly dial: Dial;
  readonly connectSeconds: number;
};

export function createCarryHttp({ name, identities, dial, connectSeconds }: CarryHttpOptions): CarryHttp {
  return async (flow) => {
    const { destination, forwarding, endpoints, egress } = flow;
    const first = await secure(flow, socketFlowStream(flow.socket), ['h2', 'http/1.1'], flow.signal);
    if (first.kind === 'failed') return first;
    // What comes to the port of plain HTTP is plain HTTP; everything else is TLS.
    const plain = destination.port === plainHttpPort;
    const identity = plain
      ? null
      : forwarding.identity === null
        ? await identities(destination.host)
        : { kind: 'issued' as const, credential: forwarding.identity };
    if (identity?.kind === 'refused' || flow.signal.aborted) {
      first.connection.flow.reset(new Error('not used'));
      return identity?.kind === 'refused' ? { kind: 'failed', denial: identity.denial } : failed;
    }
    const open: OpenUpstream = async (protocols) => {
      const signal = AbortSignal.any([flow.life, AbortSignal.timeout(connectSeconds * 1000)]);
      const dialled = await dial({ endpoints, egress, signal });
      if (dialled.kind === 'connected') {
        return secure(flow, socketFlowStream(dialled.socket), protocols, signal);
      }
      return dialled.kind === 'failed' ? dialled : failed;
    };
    return {
      kind: 'ready',
      start: (device) =>
        runGateway({
          downstream: device,
          identity: identity?.credential ?? null,
          protocols: ['h2', 'http/1.1'],
          host: destination,
          first: first.connection,
          open,
          rewrite: rewriteOf(flow, plain ? 'http' : 'https'),
          name,
        }),
    };
  };
}

const plainHttpPort = 80;
const failed = {
  kind: 'failed',
  denial: { error: 'connection_timeout', reason: 'connect-timed-out' },
} as const;

/** A destination in plain HTTP speaks HTTP/1.1: without TLS nothing says otherwise. */
async function secure(
  { destination, forwarding }: HttpFlow,
  below: FlowStream,
  protocols: readonly HttpProtocol[],
  signal: AbortSignal,
): Promise<UpstreamOpening> {
  const settings = forwarding.upstreamTls;
  if (settings === null) return { kind: 'open', connection: { flow: below, protocol: 'http/1.1' } };
  return connectUpstreamTls({
    below,
    name: settings.name ?? destination.host,
    ca: settings.ca,
    protocols,
    signal,
  });
}

/** As with the other restoring classes, what is stated belongs to the flow: the switch holds for those that come. */
function rewriteOf(
  { forwarding, framing, traceparent, writtenHeaders }: HttpFlow,
  scheme: 'https' | 'http',
): { fields: (fields: readonly Field[]) => Field[]; trailers: (fields: readonly Field[]) => Field[] } {
  return {
    fields: (fields) => {
      const kept = forwardedFields(fields, forwarding.headers, framing.stated, scheme, writtenHeaders);
      // An application that traces its requests is followed by its own trace.
      const traced = traceparent === null || valuesOf(kept, tunnelFields.trace).length > 0;
      return traced ? kept : [...kept, ['Traceparent', traceparent]];
    },
    trailers: (fields) => withoutForwarding(fields, writtenHeaders),
  };
}
