// What the agent has of its organisation's edges: the tunnel, the witnesses, and what the edge said of itself.
import { type Family, parsePrefix } from '../protocol/address.ts';
import { type ClassIndex, compileClasses } from '../protocol/class-index.ts';
import type { Status } from '../protocol/status.ts';
import type { View } from '../protocol/view.ts';
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import type { AddressChange } from './core/address-change.ts';
import type { OpenTunnelFlow, TunnelAnswer } from './core/flow.ts';
import { nextLink } from './core/link-state.ts';
import type { NetworkState } from './core/network-change.ts';
import type { ViewFacts } from './core/prediction.ts';
import type { TunnelState } from './core/session-state.ts';
import type { Link } from './core/status-inputs.ts';
import { createEgressDetector, type EgressDetector } from './egress/detector.ts';
import type { Witness } from './egress/family-detection.ts';
import { type ProbeWitness, witnessProbe } from './egress/witness-probe.ts';
import { createObstacleWatch } from './obstacle-watch.ts';
import { noLocations } from './locations.ts';
import type { ViewKnowledge } from './policy/decision.ts';
import type { Random } from './random.ts';
import type { Credentials } from './tunnel/credentials.ts';
import { thirdPartiesOf } from './third-parties.ts';
import { createTunnel, type Tunnel } from './tunnel/tunnel.ts';

export type EdgeSide = {
  readonly tunnel: Tunnel;
  readonly open: OpenTunnelFlow;
  readonly channels: () => Status['channels'];
  /** As people see it: what the network puts in the way is told in place of an edge that does not answer. */
  readonly link: () => Link;
  /** The first look at the network, and each difference from then on. */
  readonly networkIs: (state: NetworkState) => void;
  /** For decisions: the last that an edge has told. */
  readonly viewKnowledge: () => ViewKnowledge;
  /** For people: what the connected edge tells. */
  readonly viewFacts: () => ViewFacts;
  /** The classes of the last view. */
  readonly classes: () => ClassIndex<View['classes'][number]> | null;
  /** Those of the last view. */
  readonly namedLocations: () => View['namedLocations'];
  /** The family of the connection to the edge, where the edge has said what it sees. */
  readonly tunnelFamily: () => Family | null;
  /** Gives up whatever is under way. */
  readonly stop: () => void;
};

export type EdgeSideSetup = {
  readonly credentials: Credentials;
  readonly config: AgentConfig;
  readonly detector: EgressDetector;
  readonly clock: Clock;
  readonly random: Random;
  readonly changed: () => void;
};

export function createEdgeSide(setup: EdgeSideSetup): EdgeSide {
  const { detector, clock } = setup;
  const tunnel = tunnelTo(setup);
  const toWall = (time: number): number => Math.round(clock.now() - (clock.monotonic() - time));
  let link: Link = { kind: 'connecting', attempt: 1, since: clock.now(), cause: null };
  let told: { readonly view: View; readonly classes: ClassIndex<View['classes'][number]> } | null = null;
  let family: Family | null = null;
  let generation = detector.generation();
  let connectedSince = -1;
  let stood = false;
  // Two clocks never give the same wall time twice; taken once per state, the status does not waver.
  let begun = { since: -1, wall: '' };
  const obstacle = createObstacleWatch({
    ...setup,
    changed: () => {
      // Behind a portal whatever answers over HTTPS is not who it says.
      detector.setCaptivePortal(obstacle.obstructed(link).kind === 'captive-portal');
      setup.changed();
    },
    tryEdge: () => {
      // Attempts that are under way were made while the network let nothing through.
      tunnel.networkChanged();
      void detector.refresh();
    },
  });

  tunnel.onChange(() => {
    const state = tunnel.state();
    if (state.since !== begun.since) {
      begun = { since: state.since, wall: new Date(toWall(state.since)).toISOString() };
    }
    link = nextLink(link, state, tunnel.edgeName, toWall);
    obstacle.linkIs(link, isWanted(state));
    if (stood && isWanted(state) && state.kind !== 'connected') detector.pathLost();
    stood = state.kind === 'connected';
    if (state.kind === 'connected' && state.since !== connectedSince) {
      connectedSince = state.since;
      generation = detector.generation();
      family = null;
    }
    const seen = tunnel.view();
    if (seen.kind === 'known' && seen.view !== told?.view) learn(seen.view);
    setup.changed();
  });

  function learn(view: View): void {
    told = { view, classes: compileClasses(view.classes) };
    detector.setSourceRanges(view.sourceRanges.map(parsePrefix).filter((range) => range !== null));
  }

  return {
    tunnel,
    link: () => obstacle.obstructed(link),
    networkIs: obstacle.networkIs,
    stop: obstacle.stop,
    channels: () =>
      tunnel.channels().map((channel) => ({ ...channel, since: begun.wall === '' ? null : begun.wall })),
    classes: () => told?.classes ?? null,
    namedLocations: () => told?.view.namedLocations ?? noLocations,
    tunnelFamily: () => family,
    async open(request) {
      const opening = await tunnel.open(request);
      // Of the connection that carries it; another may be in use before the answer is there.
      const made = generation;
      // A refusal tells it too: where the edge is strict, that it differs from the statement is the very reason.
      const reflect = (answer: TunnelAnswer, edge: string): void => {
        const address = answer.egressObserved ?? null;
        if (address === null) return;
        family = address.includes(':') ? 'ipv6' : 'ipv4';
        detector.reflected({ address, edge, generation: made });
        setup.changed();
      };
      if (opening.kind === 'refused') reflect(opening, opening.by);
      else void opening.answer.then((answer) => reflect(answer, opening.edge));
      return opening;
    },
    viewKnowledge() {
      if (tunnel.view().kind === 'foreign') return { kind: 'foreign' };
      return told === null
        ? { kind: 'awaited' }
        : { kind: 'known', microsoft: told.view.microsoft, classes: told.classes };
    },
    viewFacts() {
      const seen = tunnel.view();
      return seen.kind === 'unknown' ? { kind: 'awaited' } : seen;
    },
  };
}

/** Whether nobody has ended it. */
function isWanted({ kind }: TunnelState): boolean {
  return kind !== 'idle' && kind !== 'draining';
}

function tunnelTo({ credentials, config, clock, random }: EdgeSideSetup): Tunnel {
  const { tunnel: settings } = config;
  return createTunnel({
    edges: credentials.bundle.edges,
    credentials,
    protocol: settings.protocol,
    localAddress: {
      ipv4: settings.localAddress.ipv4 ?? config.localAddress.ipv4,
      ipv6: settings.localAddress.ipv6 ?? config.localAddress.ipv6,
    },
    clock,
    random,
  });
}

export type DetectorSetup = {
  readonly credentials: Credentials | null;
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly changed: () => void;
  readonly addressChanged: (change: AddressChange) => void;
};

export function createDetector(setup: DetectorSetup): EgressDetector {
  const { credentials, config, clock } = setup;
  const witness = (family: Family): Witness | null => {
    const endpoint = credentials?.bundle.witness[family] ?? null;
    if (credentials === null || endpoint === null) return null;
    // Made for each question: a renewal changes the certificate that it is asked with.
    const ask: ProbeWitness = (signal) =>
      witnessProbe(
        {
          family,
          endpoint,
          localAddress: config.localAddress[family],
          key: credentials.key,
          certificate: credentials.certificate,
          authority: credentials.authority,
          expected: {
            family,
            keys: credentials.bundle.jwks,
            issuer: credentials.bundle.witness.issuer ?? null,
            thumbprint: credentials.device.thumbprint,
          },
          budgetMs: config.egress.timeoutSeconds * 1000,
        },
        clock,
      )(signal);
    return { operator: credentials.bundle.organisation, asked: new URL(endpoint.url).host, ask };
  };
  return createEgressDetector({
    witness: { ipv4: witness('ipv4'), ipv6: witness('ipv6') },
    thirdParties: {
      ipv4: thirdPartiesOf(config, 'ipv4', clock),
      ipv6: thirdPartiesOf(config, 'ipv6', clock),
    },
    longestIntervalMs: config.egress.intervalSeconds * 1000,
    clock,
    random: setup.random,
    onChange: setup.changed,
    onAddressChanged: setup.addressChanged,
  });
}
