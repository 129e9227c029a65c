// Verifies predictions: asks the service that lies on a destination's path, and compares while the path stays the same.
import type { Clock } from './clock.ts';
import type { Prediction } from './core/prediction.ts';
import { compare, familyBeyond, isSamePath } from './core/verification.ts';
import type { ReflectionAnswer, ReflectionReason } from './egress/reflection-question.ts';
import type { WatchedDestination } from './policy/watch-list.ts';
import type { Reflections, ReflectionService } from './reflections.ts';
import { formatHost } from '../protocol/destination.ts';
import type { Verification } from '../protocol/seen-as.ts';

/** What is predicted at this moment, and the text that stays the same while it holds. */
export type Standing = { readonly prediction: Prediction; readonly premise: string };
export type Verifying = Reflections & {
  readonly standing: (one: WatchedDestination) => Standing;
  readonly clock: Clock;
};

/** The first flow of a session teaches the agent what the edge sees, which may change the prediction under way. */
const attempts = 2;

/** For one round: each service is asked once, or twice where the first answer came too early. */
export function createVerifier({
  serviceFor,
  standing,
  clock,
}: Verifying): (one: WatchedDestination) => Promise<Verification> {
  const ask = onceEach();
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

function watchedService({ destination }: ReflectionService): WatchedDestination {
  const name = formatHost(destination.host);
  return { label: name, shown: name, sample: destination, origin: 'asked', group: null };
}

function otherPath(service: ReflectionService, way: Prediction, wanted: Prediction): string {
  const beyond = familyBeyond(way, wanted);
  if (beyond !== null && pathWords(way) === pathWords(wanted)) {
    const family = beyond === 'ipv4' ? 'IPv4' : 'IPv6';
    return `${formatHost(service.destination.host)} may be reached over ${family}, and this destination is not`;
  }
  return `${formatHost(service.destination.host)} ${pathWords(way)}, and this destination ${pathWords(wanted)}`;
}

function pathWords({ path, class: name }: Prediction): string {
  if (path === 'blocked') return 'is blocked';
  return path === 'direct'
    ? 'is reached directly'
    : `goes through the edge${name === null ? '' : ` as ${name}`}`;
}
