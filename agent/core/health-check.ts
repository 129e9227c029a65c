// One health check: the facts that it needs, the checks that it rests on, and how it judges.
import type { HealthCheck, HealthCheckId } from '../../protocol/health-report.ts';
import type { CollectedFacts, FactName, HealthFacts } from './health-facts.ts';

export type Verdict = Pick<HealthCheck, 'state' | 'measured' | 'remedy'>;

export type Check = {
  readonly title: string;
  readonly why: string;
  readonly needs: readonly FactName[];
  /** Where one of these has failed, its cure comes first and this check is not judged. */
  readonly after: readonly HealthCheckId[];
  readonly judge: (facts: CollectedFacts) => Verdict;
};

type Definition<K extends FactName> = Pick<Check, 'title' | 'why'> & {
  readonly needs: readonly K[];
  readonly after?: readonly HealthCheckId[];
  readonly judge: (facts: Pick<HealthFacts, K>) => Verdict;
};

/** A check that is `unknown` where one of its facts is. */
export function check<K extends FactName>(definition: Definition<K>): Check {
  const { needs, judge } = definition;
  return {
    ...{ after: [], ...definition },
    judge(collected) {
      const values: Partial<Record<K, unknown>> = {};
      for (const name of needs) {
        const fact = collected[name];
        if (fact.kind === 'unknown') return unknown(fact.reason);
        values[name] = fact.value;
      }
      return judge(values as Pick<HealthFacts, K>);
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
