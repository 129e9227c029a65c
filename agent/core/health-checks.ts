// Every health check, and the report that they make of the facts.
import { type HealthCheckId, healthCheckIds } from '../../protocol/health-checks.ts';
import type { HealthCheck } from '../../protocol/health-report.ts';
import type { Language } from '../../protocol/language.ts';
import { browserChecks } from './health-browsers.ts';
import { captureChecks } from './health-capture.ts';
import { type Check, failed, unknown, type Verdict } from './health-check.ts';
import { deviceChecks } from './health-device.ts';
import { edgeChecks } from './health-edge.ts';
import type { CollectedFacts, FactName } from './health-facts.ts';
import { networkChecks } from './health-network.ts';
import { transparentChecks } from './health-transparent.ts';
import { wordsIn } from './words/words.ts';

export const checks: Readonly<Record<HealthCheckId, Check>> = {
  ...deviceChecks,
  ...networkChecks,
  ...edgeChecks,
  ...captureChecks,
  ...browserChecks,
  ...transparentChecks,
};

/** The facts that judging `ids` takes, those of the checks that they rest on included. */
export function factsFor(ids: readonly HealthCheckId[]): ReadonlySet<FactName> {
  return new Set(withPrerequisites(ids).flatMap((id) => checks[id].needs));
}

/**
 * The results of `ids`, in the order of the table. Facts that none of them needs are not looked at.
 *
 * @param language in which titles and findings are told
 * @param told what others have judged already: it stands, and what rests on it is judged by it
 */
export function judgeHealth(
  ids: readonly HealthCheckId[],
  facts: CollectedFacts,
  language: Language,
  told: readonly HealthCheck[] = [],
): readonly HealthCheck[] {
  const results = new Map(told.map((one) => [one.id, one]));
  for (const id of withPrerequisites(ids)) {
    if (results.has(id)) continue;
    const { title, why } = wordsIn(language).health.checks[id];
    const durationMs = Math.max(0, ...checks[id].needs.map((name) => facts[name].durationMs));
    const verdict = judgeOne(id, facts, language, results);
    results.set(id, { id, title, why, ...verdict, durationMs: Math.round(durationMs * 10) / 10 });
  }
  return healthCheckIds.filter((id) => ids.includes(id)).flatMap((id) => results.get(id) ?? []);
}

/** What a program says of the agent when it could not ask it. */
export function agentUnavailable(reason: string, isRunning: boolean, language: Language): HealthCheck {
  const { title, why, askOrSwitch, start } = wordsIn(language).health.checks['agent-running'];
  const verdict = failed(reason, isRunning ? askOrSwitch : start);
  return { id: 'agent-running', title, why, ...verdict, durationMs: 0 };
}

function judgeOne(
  id: HealthCheckId,
  facts: CollectedFacts,
  language: Language,
  results: ReadonlyMap<HealthCheckId, HealthCheck>,
): Verdict {
  const { after, judge } = checks[id];
  const first = after.find((other) => results.get(other)?.state === 'failed');
  return first === undefined ? judge(facts, language) : unknown(wordsIn(language).health.notJudged(first));
}

/** In the order of the table, in which each check comes after those that it rests on. */
function withPrerequisites(ids: readonly HealthCheckId[]): readonly HealthCheckId[] {
  const wanted = new Set<HealthCheckId>();
  const add = (id: HealthCheckId): void => {
    if (wanted.has(id)) return;
    wanted.add(id);
    checks[id].after.forEach(add);
  };
  ids.forEach(add);
  return healthCheckIds.filter((id) => wanted.has(id));
}
