// The whole health report as a person gets it: the agent's checks, those of the person's session, or what is left without an agent.
import { explain, OpenGsaError } from '../protocol/error.ts';
import { type HealthCheckId, healthCheckIds } from '../protocol/health-checks.ts';
import { type HealthReport, sessionChecks } from '../protocol/health-report.ts';
import type { Language } from '../protocol/language.ts';
import type { ManagementResult } from '../protocol/management.ts';
import type { Clock } from './clock.ts';
import { agentUnavailable, factsFor, judgeHealth } from './core/health-checks.ts';
import type { SessionReport } from './core/session-report.ts';
import { type FactSources, gatherFacts } from './health/gather.ts';
import { readSession } from './health/session-facts.ts';
import { sourcesWithoutAgent, unknownSources } from './health-without-agent.ts';
import { askSession } from './session/session-socket.ts';

export type PersonHealthSetup = {
  /** @throws OpenGsaError as `connectToAgent` does */
  readonly askAgent: (only: readonly HealthCheckId[]) => Promise<ManagementResult<'health.get'>>;
  readonly socketPath: string;
  /** Where the person's session and, for want of an agent, the files of this machine are looked for. */
  readonly stateDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly language: Language;
};

/** @throws OpenGsaError where the agent answers and fails */
export async function reportHealth(
  ids: readonly HealthCheckId[],
  setup: PersonHealthSetup,
): Promise<HealthReport> {
  const { language } = setup;
  const ofAgent = ids.filter((id) => !sessionChecks.includes(id));
  try {
    // A session check alone rests on this one.
    const answer = await setup.askAgent(ofAgent.length === 0 ? ['capture-running'] : ofAgent);
    const { session, report } = answer;
    const sources = {
      ...unknownSources('the agent judges it'),
      session: () => readSession(session, setup.environment, () => sessionOf(setup.stateDir)),
    };
    return { ...report, checks: await judge(ids, sources, report.checks, setup) };
  } catch (error) {
    if (!(error instanceof OpenGsaError) || !unavailable.has(error.code)) throw error;
    const told =
      error.code === 'agent-not-running'
        ? agentUnavailable(`nothing answers on ${setup.socketPath}`, false, language)
        : agentUnavailable(explain(error), true, language);
    // Whatever was asked for: that the agent cannot be asked is what matters then.
    const shown = healthCheckIds.filter((id) => id === told.id || ids.includes(id));
    const checks = await judge(shown, sourcesWithoutAgent(setup.stateDir, setup.clock), [told], setup);
    return { checkedAt: new Date(setup.clock.now()).toISOString(), checks };
  }
}

async function sessionOf(stateDir: string): Promise<SessionReport | null> {
  const report = await askSession(stateDir);
  return report === 'starting' ? null : report;
}

/** Then what can be found out without the agent is worth more than a refusal. */
export const unavailable: ReadonlySet<string> = new Set(['agent-not-running', 'access-denied', 'timeout']);

async function judge(
  ids: readonly HealthCheckId[],
  sources: FactSources,
  told: HealthReport['checks'],
  { clock, language }: PersonHealthSetup,
): Promise<HealthReport['checks']> {
  const left = ids.filter((id) => !told.some((one) => one.id === id));
  const facts = await gatherFacts(sources, factsFor(left), clock);
  return [...judgeHealth(ids, facts, language, told)];
}
