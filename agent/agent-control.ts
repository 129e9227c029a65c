// What windows and commands may have the running agent do and tell, joined from its parts.
import type { Language } from '../protocol/language.ts';
import type { ManagementResult } from '../protocol/management.ts';
import type { HealthDesk } from './health-desk.ts';
import type { Hostnames } from './hostnames.ts';
import { type Locations, noLocations } from './locations.ts';
import { createLogDesk, type LogDeskSetup } from './log-desk.ts';
import type { AgentControl, LogControl, OlderControl, SeenAsControl } from './management/handlers.ts';
import { createOlderConnections } from './older-connections.ts';
import type { PersonChoices } from './person-choices.ts';
import { formatDestination } from '../protocol/destination.ts';
import { OpenGsaError } from '../protocol/error.ts';
import type { PolicyAnswer } from '../protocol/policy-test.ts';
import { testPolicy } from './policy/policy-test.ts';
import { readQuestion, readTypedQuestion } from './policy/profile-verdict.ts';
import { mayNeedAgent } from './policy/acquisition.ts';
import type { Attribution } from './process/attribution.ts';
import type { Traffic } from './traffic.ts';

export type AgentControlSetup = {
  readonly traffic: Traffic;
  readonly choices: PersonChoices;
  readonly locations: Locations;
  readonly hostnames: Hostnames;
  readonly attribution: Attribution;
  readonly health: HealthDesk;
  readonly programRules: (language: Language) => ManagementResult<'profile.list'>['programRules'];
  readonly stateDir: string;
  /** Brings tunnel and capture to what a change of mode or profiles wants; resolves when it is stored. */
  readonly follow: (change: Promise<void>, also?: () => void) => Promise<void>;
  /** The real addresses of acquired names with the name; null where names are not acquired. */
  readonly acquiredAddresses: () => ReadonlyMap<string, string> | null;
  readonly logs: Omit<LogDeskSetup, 'control'>;
};

export function createAgentControl(setup: AgentControlSetup): AgentControl {
  const { traffic, choices, locations, hostnames, follow, programRules, stateDir } = setup;
  const { edge, detector, feed, table } = traffic;
  const control: Omit<AgentControl, keyof LogControl> = {
    status: feed.current,
    connect: () => follow(choices.change({ kind: 'connect' }), () => edge?.tunnel.retryNow()),
    disconnect: () => follow(choices.change({ kind: 'disconnect' })),
    pause: (minutes) => follow(choices.change({ kind: 'pause', minutes })),
    resume: () => follow(choices.change({ kind: 'resume' })),
    profiles: (language) => ({
      ...{ stateDir, profiles: [...choices.profiles()] },
      programRules: programRules(language),
    }),
    setProfile: (name, enabled) => follow(choices.setProfile(name, enabled)),
    applyProfile: (name, profile) => follow(choices.applyProfile(name, profile)),
    ...personControl(traffic),
    refreshEgress: detector.refresh,
    ...seenAsControl(traffic, locations),
    health: setup.health.report,
    flows: table.list,
    testPolicy: (text, language) => answerPolicy(text, language, traffic),
    hostnames: (limit) => ({
      acquiring: setup.acquiredAddresses() !== null,
      hostnames: hostnames.list(limit),
    }),
    clearHostnames: hostnames.clear,
    ...olderControl(traffic, setup.attribution, setup.acquiredAddresses),
  };
  return { ...control, ...createLogDesk({ ...setup.logs, control }) };
}

function personControl({ people }: Traffic): Pick<AgentControl, 'signIn' | 'signInProgress' | 'signOut'> {
  const desk = () => {
    if (people !== null) return people;
    throw new OpenGsaError('not-enrolled', 'this device is not enrolled: there is no edge to sign in at');
  };
  return {
    signIn: async (wish) => desk().signIn(wish),
    signInProgress: async () => desk().progress(),
    signOut: async () => desk().signOut(),
  };
}

/** What windows and commands may ask of predictions and of the locations that they are judged by. */
function seenAsControl({ seenAs, edge, feed }: Traffic, locations: Locations): SeenAsControl {
  const changed = (change: Promise<void>): Promise<void> => change.then(feed.changed);
  return {
    seenAs: seenAs.report,
    verifySeenAs: seenAs.verify,
    locations: () => locations.list(edge?.namedLocations() ?? noLocations),
    importLocations: (list) => changed(locations.replace(list)),
    removeLocation: (name) => changed(locations.remove(name)),
    clearLocations: () => changed(locations.clear()),
  };
}

/** @throws OpenGsaError `bad-usage` */
function answerPolicy(text: string, language: Language, { context, seenAs }: Traffic): PolicyAnswer {
  const question = readQuestion(readTypedQuestion(text.trim()));
  if (typeof question === 'string') {
    throw new OpenGsaError('bad-usage', `${text} is no destination (${question}); write host:port/tcp`);
  }
  const answer = testPolicy(question, context());
  // The tunnel carries TCP alone, and so do predictions.
  const asked = [formatDestination(question.destination)];
  const seen = question.protocol === 'tcp' ? seenAs.report(asked, language) : null;
  return { ...answer, seenAs: seen?.destinations[0] ?? null };
}

function olderControl(
  { decide }: Traffic,
  attribution: Attribution,
  acquired: AgentControlSetup['acquiredAddresses'],
): OlderControl {
  const older = createOlderConnections({
    attribution,
    wouldCapture: (address, port) => {
      const name = acquired()?.get(address.text);
      const hosts = [
        { kind: 'address', address } as const,
        ...(name === undefined ? [] : [{ kind: 'name', name } as const]),
      ];
      return hosts.some((host) => mayNeedAgent(decide({ host, port }, null)));
    },
    namesKnown: () => acquired() !== null,
  });
  return { olderConnections: older.list, closeConnections: older.close };
}
