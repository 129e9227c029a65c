// The agent's middle: what is decided for each flow, what is known of addresses, and the status made of all that.
import { randomBytes } from 'node:crypto';
import { type Destination, formatHost, parseAuthority } from '../protocol/destination.ts';
import type { Profile } from '../protocol/profile.ts';
import { restores } from '../protocol/restoration.ts';
import type { ProcessFact } from '../protocol/process-fact.ts';
import { formatTraceparent, traceparentRandomBytes } from '../protocol/traceparent.ts';
import type { CaptureFronts } from './capture-fronts.ts';
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import { type AddressChange, statesAddressBefore } from './core/address-change.ts';
import type { FlowDecision, InspectFlow, OpenFlow } from './core/flow.ts';
import type { ProgramRuleFault } from './core/program-rule-fault.ts';
import { inspectedHost, inspectedHosts } from './core/inspected-hosts.ts';
import type { WordedStatus } from './core/status.ts';
import type { StatusInputs } from './core/status-inputs.ts';
import { createDecideOnce } from './decide-once.ts';
import { createDetector, createEdgeSide, type EdgeSide } from './edge-side.ts';
import type { EgressDetector } from './egress/detector.ts';
import { createFlowOpeners } from './flow-openers.ts';
import { createDirectDialer } from './flow/direct.ts';
import { createFlowRouter } from './flow/flow-router.ts';
import { createFlowTable, type FlowTable } from './flow/flow-table.ts';
import { type Locations, noLocations } from './locations.ts';
import type { DocumentSource, OrganisationProfiles } from './organisation-profiles.ts';
import { ownHosts } from './own-endpoints.ts';
import type { MakePersonDesk } from './open-people.ts';
import { createPeopleSide, type PeopleSide } from './people-side.ts';
import type { PersonDesk } from './people/person-desk.ts';
import type { PersonChoices } from './person-choices.ts';
import type { Attribution } from './process/attribution.ts';
import { customProfile, programRules } from './policy/custom-profile.ts';
import { decide, type DecisionContext } from './policy/decision.ts';
import { asksForProgram } from './policy/program-rules.ts';
import { renderPac } from './policy/pac.ts';
import { systemRandom } from './random.ts';
import { createSeenAs, type SeenAsDesk } from './seen-as.ts';
import { createStatusFeed, type StatusFeed } from './status-feed.ts';
import type { Credentials } from './tunnel/credentials.ts';
import { openWaitMs } from './tunnel/tunnel.ts';

export type Traffic = {
  readonly openFlow: OpenFlow;
  /** What decisions rest on at this moment. */
  readonly context: () => DecisionContext;
  readonly table: FlowTable;
  readonly feed: StatusFeed;
  readonly detector: EgressDetector;
  /** Null while the device is not enrolled. */
  readonly edge: EdgeSide | null;
  /** Null while the device is not enrolled. */
  readonly people: PersonDesk | null;
  /** Where the organisation's profiles are asked for; null while the device is not enrolled. */
  readonly profileSource: DocumentSource | null;
  readonly pacText: () => string;
  readonly seenAs: SeenAsDesk;
  /** What would become of a flow at this moment; `program` null: whoever opens it. */
  readonly decide: (destination: Destination, program: ProcessFact | null) => FlowDecision;
};

export type TrafficSetup = {
  readonly config: AgentConfig;
  readonly credentials: Credentials | null;
  readonly choices: PersonChoices;
  /** Null where the organisation's are not asked for. */
  readonly organisationProfiles: Pick<OrganisationProfiles, 'status' | 'refusal'> | null;
  readonly locations: Locations;
  readonly clock: Clock;
  readonly attribution: Attribution;
  /** Null while the device is not enrolled. */
  readonly makePeople: MakePersonDesk | null;
  readonly programRuleFault: ProgramRuleFault | null;
  /** Null while nothing is inspected. */
  readonly inspectFlow: InspectFlow | null;
  /** Null until they listen. */
  readonly capture: () => CaptureFronts | null;
  readonly publish: (status: WordedStatus) => void;
  /**
   * Called before statements are attached. Timers stand still in a suspend, so the comparison of the clocks that is due
   * may come up to a second after it; a flow may come sooner.
   */
  readonly checkClocks: () => void;
};

export function createTraffic(setup: TrafficSetup): Traffic {
  const { config, credentials, choices, clock, capture } = setup;
  const table = createFlowTable({ now: () => new Date(clock.now()) });
  const own = credentials === null ? [] : ownHosts(credentials.bundle);
  const ownNames = new Set(own.map(formatHost));
  const changed = (): void => feed.changed();
  const detector = createDetector({
    ...{ credentials, config, clock, random: systemRandom, changed },
    // After the answer that told of it is recorded, or its own flow would be taken for an older one.
    addressChanged: (change) => setImmediate(() => resetRestored(table, edge, change)),
  });
  const edge =
    credentials && createEdgeSide({ credentials, config, detector, clock, random: systemRandom, changed });
  const byProgram = programRules(config.customRules);
  const profilesInForce = (): readonly Profile[] =>
    [...byProgram.map(({ matcher }) => matcher), ...choices.matchers()].map(({ profile }) => profile);
  const people = createPeopleSide({
    ...{ edge, make: setup.makePeople, changed },
    inUse: () => new Set(profilesInForce().map((profile) => profile.trafficForwardingType)),
  });
  const context = (mayWait = true, program: ProcessFact | null = null): DecisionContext => ({
    ownHosts: ownNames,
    mode: credentials === null ? 'not-enrolled' : modeOf(choices),
    matchers: choices.matchers(),
    programRules: byProgram,
    program,
    people: people.requirement(),
    tunnel: tunnelPhase(edge),
    view: edge?.viewKnowledge() ?? { kind: 'awaited' },
    mayWait,
  });
  const decideNow = (destination: Destination, mayWait: boolean, program: ProcessFact | null): FlowDecision =>
    decide(destination, 'tcp', context(mayWait, program));
  const openFlow = createFlowRouter({
    decide: createDecideOnce({
      decide: decideNow,
      onChange: people.onChange,
      clock,
      longestWaitMs: openWaitMs,
    }),
    identify: createFlowOpeners({
      attribution: setup.attribution,
      level: config.processes,
      asksForProgram: (destination) =>
        modeOf(choices) === 'on' && asksForProgram(destination, 'tcp', byProgram),
    }),
    personOf: people.personOf,
    openTunnel: (request) => (edge === null ? notEnrolled() : edge.open(request)),
    dialDirect: createDirectDialer({
      localAddress: config.localAddress,
      ownListeners: () => capture()?.listeners() ?? [],
    }),
    inspect: (destination) => (inspectedHost(destination) === null ? null : setup.inspectFlow),
    attestations: () => {
      setup.checkClocks();
      return detector.attestations();
    },
    table,
    traceparent: () => formatTraceparent(randomBytes(traceparentRandomBytes)),
  });
  const seenAs = createSeenAs({
    ...{ config, choices, edge, openFlow, clock, changed },
    decide: (destination) => decideNow(destination, true, null),
    inputs: () => ({ ...inputs(), revision: 0 }),
    inspects: (destination) => setup.inspectFlow !== null && inspectedHost(destination) !== null,
  });
  const inputs = statusInputs(setup, { table, detector, edge, people, seenAs });
  const feed = createStatusFeed(inputs, clock, setup.publish);
  return {
    ...{ table, feed, detector, edge, people: people.desk, openFlow, context, seenAs },
    decide: (destination, program) => decideNow(destination, true, program),
    profileSource: edge && documentSource(edge, people),
    pacText: () =>
      renderPac({
        // Whatever the mode: a browser keeps its file, and one that read it during a pause would go past the agent after it.
        // The proxy itself sends everything directly meanwhile. A browser may be one of the programs that a rule is for, too.
        profiles: [...(setup.inspectFlow === null ? [] : [neverPastInspection]), ...profilesInForce()],
        proxy: capture()?.shown().httpProxy ?? '',
        ownHosts: own,
      }),
  };
}

function documentSource({ tunnel }: EdgeSide, { desk, onChange }: PeopleSide): DocumentSource {
  const person = () => desk?.state() ?? ({ kind: 'signed-out' } as const);
  return { view: tunnel.view, ask: tunnel.ask, onChange, person };
}

/** For browsers: without the agent they must not reach these hosts, and whether a profile names them is no matter. */
const neverPastInspection = customProfile([
  { destinations: inspectedHosts, ports: ['443'], hardening: 'block' },
]);

/** Before anything listens. */
const notCapturing = { httpProxy: null, socks5: null, pacUrl: null, transparent: null };

type Sources = {
  readonly table: FlowTable;
  readonly detector: EgressDetector;
  readonly edge: EdgeSide | null;
  readonly people: PeopleSide;
  readonly seenAs: SeenAsDesk;
};

function statusInputs(
  setup: TrafficSetup,
  { table, detector, edge, people, seenAs }: Sources,
): () => Omit<StatusInputs, 'revision'> {
  const { config, credentials, choices, organisationProfiles, locations, clock, capture } = setup;
  const startedAt = clock.now();
  return () => ({
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    enrolment: credentials && {
      organisation: credentials.bundle.organisation,
      device: credentials.device.name,
      thumbprint: credentials.device.thumbprint,
      certificateExpiresAt: credentials.device.certificateExpiresAt,
    },
    mode: choices.mode(),
    person: people.desk?.state() ?? { kind: 'signed-out' },
    signInOffered: people.desk?.isOffered() ?? false,
    link: people.link() ?? { kind: 'connecting', attempt: 1, since: startedAt, cause: null },
    view: edge?.viewFacts() ?? { kind: 'awaited' },
    generation: detector.generation(),
    egress: detector.status(),
    tunnelFamily: edge?.tunnelFamily() ?? null,
    profiles: choices.facts(),
    distribution: organisationProfiles?.status() ?? null,
    profileFault: organisationProfiles?.refusal() ?? choices.fault(),
    programRuleFault: setup.programRuleFault,
    watched: seenAs.watched(),
    locations: locations.known(edge?.namedLocations() ?? noLocations),
    channels: edge?.channels() ?? [],
    capture: capture()?.shown() ?? { ...notCapturing, mode: config.capture.mode },
    flows: table.counters(),
  });
}

/** A person's own choice is told before the organisation's: it outlasts that. */
function modeOf(choices: PersonChoices): Exclude<DecisionContext['mode'], 'not-enrolled'> {
  const { kind } = choices.mode();
  return kind === 'on' && choices.breakGlass() ? 'break-glass' : kind;
}

function tunnelPhase(edge: EdgeSide | null): 'up' | 'connecting' | 'down' {
  const kind = edge?.link().kind;
  if (kind === 'connected') return 'up';
  return kind === 'connecting' ? 'connecting' : 'down';
}

/** Connections that state the older address would go on stating it. */
function resetRestored(table: FlowTable, edge: EdgeSide | null, change: AddressChange): void {
  table.reset((flow) => {
    const { action, destination } = flow;
    if (!statesAddressBefore(flow, change)) return false;
    const asked = parseAuthority(destination);
    const entry = action === 'tunnel' && asked !== null ? (edge?.classes()?.find(asked) ?? null) : null;
    return entry !== null && restores(entry.class);
  }, 'egress-changed');
}

function notEnrolled(): ReturnType<EdgeSide['open']> {
  return Promise.resolve({
    kind: 'refused',
    status: 503,
    denial: { error: 'destination_unavailable', reason: 'not-enrolled' },
    by: 'opengsa',
  });
}
