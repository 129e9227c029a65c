// Finds facts out side by side, each for a bounded time: one that is late or fails is unknown and holds nothing up.
import { explain } from '../../protocol/error.ts';
import type { Clock } from '../clock.ts';
import type { CollectedFacts, Fact, FactName, HealthFacts } from '../core/health-facts.ts';

/** How each fact is found out. A source that rejects makes its fact unknown, with the reason. */
export type FactSources = { readonly [K in FactName]: Find<HealthFacts[K]> };
type Find<T> = () => T | Promise<T>;

/** The steps of one source have shorter limits of their own; the whole report comes within 10 s. */
const longestMs = 8_000;

/** Facts that are not in `names` are not asked for. */
export async function gatherFacts(
  sources: FactSources,
  names: ReadonlySet<FactName>,
  clock: Clock,
): Promise<CollectedFacts> {
  const one = async <K extends FactName>(name: K): Promise<readonly [K, Fact<HealthFacts[K]>]> => {
    if (!names.has(name)) return [name, notAsked];
    return [name, await find<HealthFacts[K]>(sources[name], clock)];
  };
  const gathered = await Promise.all((Object.keys(sources) as FactName[]).map(one));
  // Each name has the fact of its own source; TypeScript cannot follow that through entries.
  return Object.fromEntries(gathered) as CollectedFacts;
}

const notAsked: Fact<never> = { kind: 'unknown', reason: 'not asked', durationMs: 0 };

async function find<T>(source: Find<T>, clock: Clock): Promise<Fact<T>> {
  const began = clock.monotonic();
  const late = Promise.withResolvers<never>();
  const timer = clock.setTimer(
    () => late.reject(new Error(`not found out within ${longestMs / 1000} s`)),
    longestMs,
  );
  try {
    const value = await Promise.race([(async () => source())(), late.promise]);
    return { kind: 'known', value, durationMs: clock.monotonic() - began };
  } catch (error) {
    return { kind: 'unknown', reason: explain(error), durationMs: clock.monotonic() - began };
  } finally {
    timer.cancel();
  }
}
