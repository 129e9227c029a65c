// What each destination will see, for whoever asks: the list that the status shows, any destination, and what reflection
// services say beside the predictions.
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import type { FlowDecision, OpenFlow } from './core/flow.ts';
import { predict, type Prediction } from './core/prediction.ts';
import type { SeenQuestion } from './core/seen-as.ts';
import { seenAsReport } from './core/seen-as-report.ts';
import { seenFacts } from './core/status.ts';
import type { StatusInputs } from './core/status-inputs.ts';
import { compare, isSamePath, premiseOf, type StoredVerification } from './core/verification.ts';
import type { EdgeSide } from './edge-side.ts';
import type { ReflectionAnswer, ReflectionReason } from './egress/reflection-question.ts';
import type { PersonChoices } from './person-choices.ts';
import { readAskedDestination } from './policy/asked-destination.ts';
import { inMicrosoftGroup, microsoftAuthentication, takesPeer } from './policy/authentication.ts';
import { type WatchedDestination, watchList, wholeList } from './policy/watch-list.ts';
import { createReflections, type ReflectionService } from './reflections.ts';
import { type Destination, formatDestination, formatHost } from '../protocol/destination.ts';
import { OpenGsaError } from '../protocol/error.ts';
import type { Verification } from '../protocol/seen-as.ts';
import type { SeenAsReport } from '../protocol/seen-as-report.ts';

export type SeenAsDesk = {
  /** For the status. */
  readonly watched: () => readonly SeenQuestion[];
  /** @param asked as a person types them; none: the whole list. @throws OpenGsaError `bad-usage` */
  readonly report: (asked: readonly string[]) => SeenAsReport;
  /** As `report`, after the reflection services of the destinations were asked. */
  readonly verify: (asked: readonly string[]) => Promise<SeenAsReport>;
};

export type SeenAsSetup = {
  readonly config: AgentConfig;
  readonly choices: PersonChoices;
  readonly edge: EdgeSide | null;
  readonly openFlow: OpenFlow;
  readonly clock: Clock;
  readonly decide: (destination: Destination) => FlowDecision;
  readonly inputs: () => StatusInputs;
  readonly changed: () => void;
};

/** Enough for every configured destination and those of a curious person; the oldest are forgotten. */
const mostHeard = 500;

export function createSeenAs(setup: SeenAsSetup): SeenAsDesk {
  const { config, choices, edge, clock } = setup;
  const always = watchList(config.customRules, choices.knows('microsoft'));
  const reflections = createReflections(config.reflections, setup.openFlow, clock);
  const heard = new Map<string, StoredVerification>();

  const question = (one: WatchedDestination): SeenQuestion => {
    const { label, shown, sample, origin, group } = one;
    const decision = setup.decide(sample);
    return {
      ...{ destination: shown, label, origin, group, decision },
      // In a pause no rule decides; what Microsoft's hosts are for is known all the same.
      authentication: decision.authentication ?? microsoftAuthentication(sample.host),
      entry: edge?.classes()?.find(sample) ?? null,
      family: sample.host.kind === 'address' ? sample.host.address.family : null,
      takesPeer: takesPeer(sample, choices.matchers()),
      inMicrosoftGroup: inMicrosoftGroup(sample, choices.matchers()),
      heard: heard.get(formatDestination(sample)) ?? null,
    };
  };
  const listed = (asked: readonly string[]): readonly WatchedDestination[] => {
    const list = [...always, ...wholeList(config.customRules, choices.matchers())];
    return asked.length === 0
      ? wholeList(config.customRules, choices.matchers())
      : asked.map((text) => readAsked(text, list));
  };
  const report = (list: readonly WatchedDestination[]): SeenAsReport =>
    seenAsReport(setup.inputs(), list.map(question), clock.now());
  /** What holds for a destination at this moment, and the text that stays the same while it does. */
  const standing = (one: WatchedDestination): Standing => {
    const facts = seenFacts(setup.inputs());
    const prediction = predict(question(one), facts);
    return { prediction, premise: premiseOf(prediction, facts.circumstances) };
  };
  const remember = (one: WatchedDestination, verification: Verification): void => {
    const key = formatDestination(one.sample);
    heard.delete(key);
    heard.set(key, { verification, premise: standing(one).premise });
    for (const oldest of heard.keys()) if (heard.size > mostHeard) heard.delete(oldest);
  };

  return {
    watched: () => always.map(question),
    report: (asked) => report(listed(asked)),
    async verify(asked) {
      const list = listed(asked);
      const ask = onceEach();
      const verifyOne = createVerifier({ serviceFor: reflections.serviceFor, ask, standing, clock });
      await Promise.all(list.map(async (one) => remember(one, await verifyOne(one))));
      setup.changed();
      return report(list);
    },
  };
}

/** @throws OpenGsaError `bad-usage` */
function readAsked(text: string, known: readonly WatchedDestination[]): WatchedDestination {
  const same = known.find(({ shown }) => shown === text);
  if (same !== undefined) return same;
  const read = readAskedDestination(text);
  if (read.kind === 'fault') throw new OpenGsaError('bad-usage', `${text}: ${read.fault}`);
  const { destination: sample, shown } = read;
  const listed = known.find((one) => formatDestination(one.sample) === formatDestination(sample));
  return { ...{ label: shown, origin: 'asked', group: null }, ...listed, shown, sample };
}

type Standing = { readonly prediction: Prediction; readonly premise: string };
type Ask = (service: ReflectionService, attempt: number) => Promise<ReflectionAnswer>;

/** One question per service and attempt, however many destinations it answers for. */
function onceEach(): Ask {
  const asked = new Map<string, Promise<ReflectionAnswer>>();
  return (service, attempt) => {
    const key = `${attempt} ${service.url}`;
    const answer = asked.get(key) ?? service.ask();
    asked.set(key, answer);
    return answer;
  };
}

type Verifying = {
  readonly serviceFor: (destination: Destination) => ReflectionService | null;
  readonly ask: Ask;
  readonly standing: (one: WatchedDestination) => Standing;
  readonly clock: Clock;
};

/** The first flow of a session teaches the agent what the edge sees, which may change the prediction under way. */
const attempts = 2;

function createVerifier({ serviceFor, ask, standing, clock }: Verifying) {
  return async (one: WatchedDestination): Promise<Verification> => {
    const service = serviceFor(one.sample);
    const url = service?.url ?? null;
    const unverified = (reason: ReflectionReason, detail: string): Verification => ({
      ...{ kind: 'not-verified', reason, detail, url },
      at: new Date(clock.now()).toISOString(),
    });
    if (service === null) return unverified('no-reflection', '');
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const before = standing(one);
      if (before.prediction.path === 'blocked') return unverified('blocked', before.prediction.reason);
      const way = standing(watchedService(service)).prediction;
      if (!isSamePath(way, before.prediction)) {
        return unverified('other-path', otherPath(service, way, before.prediction));
      }
      const answer = await ask(service, attempt);
      if (answer.kind === 'failed') return unverified(answer.reason, answer.detail);
      if (standing(one).premise !== before.premise) continue;
      const at = new Date(clock.now()).toISOString();
      return compare(before.prediction, { address: answer.address, url: service.url, at });
    }
    return unverified('changed-meanwhile', '');
  };
}

function watchedService({ destination }: ReflectionService): WatchedDestination {
  const name = formatHost(destination.host);
  return { label: name, shown: name, sample: destination, origin: 'asked', group: null };
}

function otherPath(service: ReflectionService, way: Prediction, wanted: Prediction): string {
  return `${formatHost(service.destination.host)} ${pathWords(way)}, and this destination ${pathWords(wanted)}`;
}

function pathWords({ path, class: name }: Prediction): string {
  if (path === 'blocked') return 'is blocked';
  return path === 'direct'
    ? 'is reached directly'
    : `goes through the edge${name === null ? '' : ` as ${name}`}`;
}
