// What becomes of a flow: through the tunnel, direct, or refused, decided once and with its reason.
import type { ClassIndex } from '../../protocol/class-index.ts';
import { type Destination, type TransportProtocol, formatHost } from '../../protocol/destination.ts';
import type { Match, Matcher } from '../../protocol/matcher.ts';
import type { AuthenticationKind, Hardening } from '../../protocol/profile.ts';
import { type RestorationClass, restores } from '../../protocol/restoration.ts';
import type { View } from '../../protocol/view.ts';
import type { ProcessFact } from '../../protocol/process-fact.ts';
import type { FlowDecision } from '../core/flow.ts';
import type { PersonRequirement } from '../core/person-state.ts';
import { authenticationOf, microsoftAuthentication } from '../../protocol/profiles/authentication.ts';
import { matchProgram, type ProgramRule } from './program-rules.ts';

/** What the agent knows of its edge's view. */
export type ViewKnowledge =
  /** The edge has told it, in this session or an earlier one. */
  | {
      readonly kind: 'known';
      readonly microsoft: View['microsoft'];
      readonly classes: ClassIndex<View['classes'][number]>;
    }
  /** The edge has a view and has not told it yet. */
  | { readonly kind: 'awaited' }
  /** Some other program's edge: there is no view, and nothing is known of what destinations will see. */
  | { readonly kind: 'foreign' };

export type DecisionContext = {
  /** Names and addresses of the agent's own edge and witness, as `formatHost` writes them: direct before any rule. */
  readonly ownHosts: ReadonlySet<string>;
  /** In every mode but `on` all flows go direct, whatever the hardening. `break-glass`: the organisation's own switch. */
  readonly mode: 'on' | 'paused' | 'disconnected' | 'not-enrolled' | 'break-glass';
  /** The enabled profiles, the smallest priority first. The first that names the destination decides. */
  readonly matchers: readonly Matcher[];
  /** Rules for certain programs: asked before every profile. */
  readonly programRules: readonly ProgramRule[];
  /** Who opened the flow; null where none is asked about, as in predictions. */
  readonly program: ProcessFact | null;
  readonly people: PersonRequirement;
  /** `connecting` includes the time between attempts as long as flows may wait for the next. */
  readonly tunnel: 'up' | 'connecting' | 'down';
  readonly view: ViewKnowledge;
  /** Whether a flow that may not go direct can wait for link and view; else it is decided by what there is. */
  readonly mayWait: boolean;
};

/** Whether a flow is to be decided again when the edge has connected or told its view, and is not to leave before. */
export function awaitsEdge({ action, reason }: FlowDecision): boolean {
  return action === 'tunnel' && reason === edgeAwaited.reason;
}

export function decide(
  destination: Destination,
  protocol: TransportProtocol,
  context: DecisionContext,
): FlowDecision {
  if (context.ownHosts.has(formatHost(destination.host))) return direct('own-edge');
  if (context.mode !== 'on') return direct(context.mode);
  const { match: own, note } = matchProgram(destination, protocol, context.programRules, context.program);
  const match = own ?? firstMatch(destination, protocol, context.matchers);
  const decision = match === null ? direct('no-rule') : decideMatch(match, destination, protocol, context);
  return note === null ? decision : { ...decision, note };
}

/** The match of the first profile that names the destination. */
export function firstMatch(
  { host, port }: Destination,
  protocol: TransportProtocol,
  matchers: readonly Matcher[],
): Match | null {
  for (const matcher of matchers) {
    const match = matcher.match(host, port, protocol);
    if (match !== null) return match;
  }
  return null;
}

/** What the profile alone says of a match, without regard to tunnel and edge. */
export function ruleVerdict(match: Match): {
  readonly action: 'forward' | 'bypass';
  readonly reason: 'rule-forward' | 'rule-bypass' | 'policy-disabled';
} {
  if (match.policy.state === 'disabled') return { action: 'bypass', reason: 'policy-disabled' };
  return match.rule.action === 'bypass'
    ? { action: 'bypass', reason: 'rule-bypass' }
    : { action: 'forward', reason: 'rule-forward' };
}

function decideMatch(
  match: Match,
  destination: Destination,
  protocol: TransportProtocol,
  context: DecisionContext,
): FlowDecision {
  const { rule } = match;
  const hardening = rule.clientFallbackAction;
  const authentication = authenticationOf(rule, destination.host);
  const restoration = classOf(destination, context.view);
  const { action, reason } = pathOf(match, destination, restoration, context);
  const outcome = { ruleId: rule.id, authentication, hardening };
  // The tunnel carries TCP. Programs that use QUIC fall back to TCP when it is refused at once.
  if (action === 'tunnel' && protocol === 'udp') {
    return { ...outcome, action: 'block', reason: 'udp-not-carried', attest: false };
  }
  const attest = action === 'tunnel' && attests(context.view, authentication, restoration);
  return { ...outcome, action, reason, attest };
}

type Path = { readonly action: FlowDecision['action']; readonly reason: string };

function pathOf(
  match: Match,
  destination: Destination,
  restoration: RestorationClass | null,
  context: DecisionContext,
): Path {
  const verdict = ruleVerdict(match);
  if (verdict.action === 'bypass') return { action: 'direct', reason: verdict.reason };
  if (restoration === 'direct') return { action: 'direct', reason: 'class-direct' };
  const hardening = match.rule.clientFallbackAction;
  const state = { ...context, tunnel: tunnelFor(match, context) };
  const group = isOneGroup(match, destination) ? groupPath(state, restoration, hardening) : null;
  return group ?? tunnelPath(state, hardening);
}

/** An edge that waits for a person is as good as none, for the traffic that it does so for. */
function tunnelFor({ profile }: Match, { tunnel, people }: DecisionContext): DecisionContext['tunnel'] {
  return tunnel === 'up' && people.required.includes(profile.trafficForwardingType) ? people.phase : tunnel;
}

/** The way of a flow that would be refused if it did not wait. */
const edgeAwaited: Path = { action: 'tunnel', reason: 'edge-awaited' };

function tunnelPath({ tunnel, mayWait }: DecisionContext, hardening: Hardening): Path {
  const forward: Path = { action: 'tunnel', reason: 'rule-forward' };
  if (tunnel === 'up') return forward;
  if (hardening === 'bypass') return { action: 'direct', reason: 'hardening-bypass' };
  // A flow that may not go direct waits for the tunnel as long as there is hope.
  if (tunnel === 'connecting' && mayWait) return edgeAwaited;
  return { action: 'block', reason: 'hardening-block' };
}

function classOf(destination: Destination, view: ViewKnowledge): RestorationClass | null {
  return view.kind === 'known' ? (view.classes.find(destination)?.class ?? null) : null;
}

/** Sign-in, Graph, Exchange and SharePoint of one tenant should see one address, so they take one way. */
function isOneGroup({ rule }: Match, { host }: Destination): boolean {
  if (rule.serviceArea === 'Exchange' || rule.serviceArea === 'SharePoint') return true;
  // An address of this set is Entra ID's or Graph's; which of them cannot be told.
  if (host.kind === 'address') return rule.endpointSetId === signInSet;
  const kind = microsoftAuthentication(host);
  return kind === 'sign-in' || kind === 'device' || kind === 'graph';
}

/** The endpoint list's set of Entra ID and Graph. */
const signInSet = 56;

/** The group's own path, or null where it goes as other flows do. A plain relay must have been chosen. */
function groupPath(
  { view, tunnel, mayWait }: DecisionContext,
  restoration: RestorationClass | null,
  hardening: Hardening,
): Path | null {
  if (view.kind === 'foreign') return null;
  if (view.kind === 'awaited') {
    if (hardening === 'block' && tunnel !== 'down' && mayWait) return edgeAwaited;
    return { action: hardening === 'block' ? 'block' : 'direct', reason: 'microsoft-view-awaited' };
  }
  if (restoration === 'anchor' || (restoration !== null && restores(restoration))) return null;
  if (view.microsoft === null) return { action: 'direct', reason: 'microsoft-undecided' };
  return view.microsoft === 'direct' ? { action: 'direct', reason: 'microsoft-direct' } : null;
}

/** A foreign edge would not know what an attestation is. */
function attests(
  view: ViewKnowledge,
  authentication: AuthenticationKind | null,
  restoration: RestorationClass | null,
): boolean {
  if (view.kind === 'foreign') return false;
  if (restoration !== null && restores(restoration)) return true;
  return authentication !== null && authentication !== 'assets';
}

function direct(reason: string): FlowDecision {
  return { action: 'direct', ruleId: null, reason, authentication: null, hardening: null, attest: false };
}
