// Everything that is decided about a CONNECT before a socket is opened for it: device, destination, source, addresses.
import { type Destination, parseAuthority } from '../../protocol/destination.ts';
import type { Denial } from '../../protocol/proxy-status.ts';
import { type Assurance, type RestorationClass, restores } from '../../protocol/restoration.ts';
import { parseTraceparent } from '../../protocol/traceparent.ts';
import { tunnelFields } from '../../protocol/tunnel.ts';
import { classifyAddress, isOwnListener } from '../core/address-policy.ts';
import { admit, type Admission } from '../core/admission.ts';
import { type DeviceStanding, denyDevice } from '../core/device-standing.ts';
import { dialOrder } from '../core/dial-order.ts';
import type {
  EdgePolicy,
  EgressAddresses,
  Endpoint,
  ForwardingSettings,
  ProxyFieldChoice,
} from '../core/edge-policy.ts';
import { chooseSource, peerAssurance as assuranceOfPeer, type SourceChoice } from '../core/source-choice.ts';
import type { VerifyAttestation } from '../identity/attestation.ts';
import type { People } from '../people/people.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';
import type { DeviceLookups } from './device-lookups.ts';
import type { ConnectRequest } from './request.ts';

export type Decision =
  | {
      readonly kind: 'deny';
      readonly denial: Denial;
      /** Where the source was looked at before the flow was refused. */
      readonly peerAssurance?: Assurance;
    }
  | {
      readonly kind: 'admit';
      readonly destination: Destination;
      readonly class: RestorationClass;
      readonly egress: EgressAddresses;
      readonly proxyFields: ProxyFieldChoice;
      readonly forwarding: ForwardingSettings | null;
      /** Header names that this edge writes anywhere. */
      readonly writtenHeaders: ReadonlySet<string>;
      readonly source: SourceChoice;
      readonly peerAssurance: Assurance;
      /** Judged, in the order in which to dial them; never empty. */
      readonly endpoints: readonly Endpoint[];
      readonly traceparent: string | null;
    };

/** The log record as it grows; its results come last. */
export type FlowFacts = {
  -readonly [
    K in keyof Omit<
      FlowLogRecord,
      'endedAt' | 'result' | 'proxyError' | 'reason' | 'bytesSent' | 'bytesReceived'
    >
  ]: FlowLogRecord[K];
};

/** Both write what they find out into `facts`. */
export type Decider = {
  /** Why the device may not use the edge, or null. Cheap: what `decide` costs is for devices that may. */
  readonly identify: (request: ConnectRequest, facts: FlowFacts) => Denial | null;
  /** @param signal ends a slow name lookup */
  readonly decide: (request: ConnectRequest, facts: FlowFacts, signal: AbortSignal) => Promise<Decision>;
};

export type DecisionOptions = {
  readonly policy: () => EdgePolicy;
  readonly findDevice: (thumbprint: string) => DeviceStanding;
  /** Whether two certificates are one device's: a statement may be older than the certificate that is shown. */
  readonly isSameDevice: (thumbprint: string, other: string) => boolean;
  readonly verifyAttestation: VerifyAttestation;
  readonly resolve: DeviceLookups;
  readonly ownAddresses: () => readonly string[];
  readonly listeners: () => readonly Endpoint[];
  readonly nowMs: () => number;
  /** Null: nobody can sign in here. */
  readonly people: People | null;
  /** Told of statements that did not count. */
  readonly onFaults: (device: FlowFacts['device'], faults: readonly string[]) => void;
};

export function newFlowFacts(
  { protocol, authority, peer, thumbprint, connectionId, field }: ConnectRequest,
  signaling: 'enabled' | 'disabled',
  nowMs: number,
): FlowFacts {
  return {
    traceparent: validTraceparent(field(tunnelFields.trace)),
    startedAt: new Date(nowMs).toISOString(),
    connectionId,
    device: { thumbprint, name: null },
    person: null,
    authority,
    protocol,
    class: null,
    rule: null,
    peerAddress: peer.address.text,
    peerPort: peer.port,
    attestedIpv4: null,
    attestedIpv6: null,
    attestationFaults: [],
    statedAddress: null,
    edgeAddress: null,
    dialledAddress: null,
    dialledPort: null,
    assurance: null,
    signaling,
    flags: [],
  };
}

export function createDecider(options: DecisionOptions): Decider {
  return {
    identify: (request, facts) => {
      const standing = options.findDevice(request.thumbprint);
      if (standing.kind !== 'unknown') facts.device = { thumbprint: request.thumbprint, name: standing.name };
      facts.person = options.people?.personOf(request.thumbprint, request.field(tunnelFields.person)) ?? null;
      return denyDevice(standing);
    },
    decide: (request, facts, signal) => decide(request, facts, options, signal),
  };
}

async function decide(
  request: ConnectRequest,
  facts: FlowFacts,
  options: DecisionOptions,
  signal: AbortSignal,
): Promise<Decision> {
  const destination = parseAuthority(request.authority);
  if (destination === null) return deny('http_request_error', 'bad-authority');

  const policy = options.policy();
  const standing = options.findDevice(request.thumbprint);
  const admission = admit(
    destination,
    policy,
    standing.kind === 'active' ? (standing.profile ?? null) : null,
  );
  facts.class = admission.class;
  if (admission.kind === 'deny') return admission;
  facts.rule = admission.rule;
  // Traffic of signed-in people only, and nobody is known to have asked for it.
  if (facts.person === null && options.people?.offer.required.includes(admission.rule.trafficType) === true)
    return deny('http_request_denied', 'person-required');

  const decided = await decideSource(request, admission, policy, facts, options);
  const { source, peerAssurance } = decided;
  if (source.denial !== null) return { kind: 'deny', denial: source.denial, peerAssurance };

  const found = await findEndpoints(request.thumbprint, destination, admission, policy, options, signal);
  if (found.kind === 'deny') return { ...found, peerAssurance };
  const { class: restoration, egress, proxyFields, forwarding } = admission;
  const order = dialOrder({ endpoints: found.endpoints, class: restoration, egress, source: source.source });
  if (order.kind === 'deny') return { ...order, peerAssurance };
  return {
    ...decided,
    kind: 'admit',
    destination,
    class: restoration,
    egress,
    proxyFields,
    forwarding,
    writtenHeaders: policy.writtenHeaders,
    endpoints: order.endpoints,
    traceparent: facts.traceparent,
  };
}

type Admitted = Extract<Admission, { kind: 'admit' }>;

async function decideSource(
  request: ConnectRequest,
  admission: Admitted,
  policy: EdgePolicy,
  facts: FlowFacts,
  options: DecisionOptions,
): Promise<Pick<Extract<Decision, { kind: 'admit' }>, 'source' | 'peerAssurance'>> {
  const { attested, faults } = await options.verifyAttestation(request.field(tunnelFields.attestation), {
    thumbprint: request.thumbprint,
    isSameDevice: (other) => options.isSameDevice(request.thumbprint, other),
    sourceRanges: policy.sourceRanges,
    nowMs: options.nowMs(),
  });
  const input = {
    peer: request.peer.address,
    attested,
    preferredFamily: admission.preferredFamily,
    sourceRanges: policy.sourceRanges,
    strict: policy.strict,
    // With signalling off nothing would be told in any case.
    refuseUnknown:
      policy.sourceUnknown === 'refuse' && restores(admission.class) && facts.signaling === 'enabled',
  };
  const source = chooseSource(input);
  facts.attestedIpv4 = attested.ipv4?.text ?? null;
  facts.attestedIpv6 = attested.ipv6?.text ?? null;
  facts.attestationFaults = [...faults, ...source.unused];
  if (facts.attestationFaults.length > 0) options.onFaults(facts.device, facts.attestationFaults);
  facts.assurance = source.assurance;
  facts.flags = [...source.flags];
  return { source, peerAssurance: assuranceOfPeer(input) };
}

type Found =
  | { readonly kind: 'found'; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: 'deny'; readonly denial: Denial };

/** Every address is judged, and only judged addresses are dialled: the name is not asked for again. */
async function findEndpoints(
  thumbprint: string,
  { host, port }: Destination,
  { upstream }: Admitted,
  policy: EdgePolicy,
  options: DecisionOptions,
  signal: AbortSignal,
): Promise<Found> {
  const [listeners, ownAddresses] = [options.listeners(), options.ownAddresses()];
  if (upstream !== null) {
    return isOwnListener(upstream, listeners, ownAddresses)
      ? deny('destination_ip_prohibited', 'own-listener')
      : { kind: 'found', endpoints: [upstream] };
  }
  const resolution =
    host.kind === 'address'
      ? ({ kind: 'resolved', addresses: [host.address] } as const)
      : await Promise.race([options.resolve(thumbprint, host.name), timedOut(signal)]);
  if (resolution.kind === 'failed') return { kind: 'deny', denial: resolution.denial };
  const settings = {
    ownAddresses,
    upstreams: policy.upstreams,
  };
  const judged = resolution.addresses.map((address) => {
    const endpoint = { address, port };
    return { endpoint, verdict: classifyAddress(endpoint, settings) };
  });
  const endpoints = judged.filter(({ verdict }) => verdict.kind === 'allow').map(({ endpoint }) => endpoint);
  if (endpoints.length > 0) return { kind: 'found', endpoints };
  const denied = judged.find(({ verdict }) => verdict.kind === 'deny')?.verdict;
  return denied?.kind === 'deny' ? denied : deny('dns_error', 'name-not-found');
}

function timedOut(signal: AbortSignal) {
  return new Promise<{ kind: 'failed'; denial: Denial }>((resolve) => {
    const late = () =>
      resolve({ kind: 'failed', denial: { error: 'dns_timeout', reason: 'name-lookup-timed-out' } });
    if (signal.aborted) late();
    else signal.addEventListener('abort', late, { once: true });
  });
}

/** Anything but a valid one would end up in other people's logs. */
function validTraceparent(text: string | null): string | null {
  return text !== null && parseTraceparent(text) !== null ? text : null;
}

function deny(error: Denial['error'], reason: string): { kind: 'deny'; denial: Denial } {
  return { kind: 'deny', denial: { error, reason } };
}
