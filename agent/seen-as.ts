// What each destination will see, for whoever asks: the list that the status shows, any destination, and what reflection
// services say beside the predictions.
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import type { FlowDecision, OpenFlow } from './core/flow.ts';
import { predict } from './core/prediction.ts';
import type { SeenQuestion } from './core/seen-as.ts';
import { seenAsReport } from './core/seen-as-report.ts';
import { seenFacts } from './core/status.ts';
import type { StatusInputs } from './core/status-inputs.ts';
import { premiseOf, type StoredVerification } from './core/verification.ts';
import type { EdgeSide } from './edge-side.ts';
import type { PersonChoices } from './person-choices.ts';
import { readAskedDestination } from './policy/asked-destination.ts';
import { inMicrosoftGroup, microsoftAuthentication, takesPeer } from '../protocol/profiles/authentication.ts';
import { type WatchedDestination, watchList, wholeList } from './policy/watch-list.ts';
import { createReflections } from './reflections.ts';
import { createVerifier, type Standing } from './verifier.ts';
import { type Destination, formatDestination } from '../protocol/destination.ts';
import { OpenGsaError } from '../protocol/error.ts';
import type { Language } from '../protocol/language.ts';
import type { Verification } from '../protocol/seen-as.ts';
import type { SeenAsReport } from '../protocol/seen-as-report.ts';

export type SeenAsDesk = {
  /** For the status. */
  readonly watched: () => readonly SeenQuestion[];
  /** @param asked as a person types them; none: the whole list. @throws OpenGsaError `bad-usage` */
  readonly report: (asked: readonly string[], language: Language) => SeenAsReport;
  /** As `report`, after the reflection services of the destinations were asked. */
  readonly verify: (asked: readonly string[], language: Language) => Promise<SeenAsReport>;
};

export type SeenAsSetup = {
  readonly config: AgentConfig;
  readonly choices: PersonChoices;
  readonly edge: EdgeSide | null;
  readonly openFlow: OpenFlow;
  readonly clock: Clock;
  readonly decide: (destination: Destination) => FlowDecision;
  /** Whether flows there are inspected on this device. */
  readonly inspects: (destination: Destination) => boolean;
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
      inspected: setup.inspects(sample),
      heard: heard.get(formatDestination(sample)) ?? null,
    };
  };
  const listed = (asked: readonly string[]): readonly WatchedDestination[] => {
    const list = wholeList(config.customRules, choices.matchers());
    return asked.length === 0 ? list : asked.map((text) => readAsked(text, [...always, ...list]));
  };
  const report = (list: readonly WatchedDestination[], language: Language): SeenAsReport =>
    seenAsReport(setup.inputs(), list.map(question), clock.now(), language);
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
    report: (asked, language) => report(listed(asked), language),
    async verify(asked, language) {
      const list = listed(asked);
      const verifyOne = createVerifier({ ...reflections, standing, clock });
      await Promise.all(list.map(async (one) => remember(one, await verifyOne(one))));
      setup.changed();
      return report(list, language);
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
