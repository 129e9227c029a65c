// One health check: the facts that it needs, the checks that it rests on, and how it judges.
import type { HealthCheckId } from '../../protocol/health-checks.ts';
import type { HealthCheck } from '../../protocol/health-report.ts';
import type { Language } from '../../protocol/language.ts';
import type { CollectedFacts, FactName, HealthFacts } from './health-facts.ts';
import { type Words, wordsIn } from './words/words.ts';

export type Verdict = Pick<HealthCheck, 'state' | 'measured' | 'remedy'>;

export type Check = {
  readonly needs: readonly FactName[];
  /** Where one of these has failed, its cure comes first and this check is not judged. */
  readonly after: readonly HealthCheckId[];
  readonly judge: (facts: CollectedFacts, language: Language) => Verdict;
};

/** The words of a check, its title and why it matters among them. */
export type CheckWords<Id extends HealthCheckId> = Words['health']['checks'][Id];

type Definition<Id extends HealthCheckId, K extends FactName> = {
  readonly needs: readonly K[];
  readonly after?: readonly HealthCheckId[];
  readonly judge: (facts: Pick<HealthFacts, K>, words: CheckWords<Id>, language: Language) => Verdict;
};

/** A check that is `unknown` where one of its facts is. */
export function check<Id extends HealthCheckId, K extends FactName>(
  id: Id,
  { needs, after = [], judge }: Definition<Id, K>,
): Check {
  return {
    needs,
    after,
    judge(collected, language) {
      const values: Partial<Record<K, unknown>> = {};
      for (const name of needs) {
        const fact = collected[name];
        if (fact.kind === 'unknown') return unknown(fact.reason);
        values[name] = fact.value;
      }
      return judge(values as Pick<HealthFacts, K>, wordsIn(language).health.checks[id], language);
    },
  };
}

export function ok(measured: string): Verdict {
  return { state: 'ok', measured, remedy: null };
}

export function failed(measured: string, remedy: string): Verdict {
  return { state: 'failed', measured, remedy };
}

export function warning(measured: string, remedy: string): Verdict {
  return { state: 'warning', measured, remedy };
}

export function notApplicable(measured: string): Verdict {
  return { state: 'not-applicable', measured, remedy: null };
}

export function unknown(measured: string, remedy: string | null = null): Verdict {
  return { state: 'unknown', measured, remedy };
}
