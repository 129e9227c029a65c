// `opengsa health`: every precondition of the client, what was found, and what to do about what fails.
import { Argument, Command } from 'commander';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import {
  type HealthCheckId,
  healthCheckIds,
  type HealthReport,
  sessionChecks,
} from '../../protocol/health-report.ts';
import { systemClock as clock } from '../clock.ts';
import { agentUnavailable, factsFor, judgeHealth } from '../core/health-checks.ts';
import { type FactSources, gatherFacts } from '../health/gather.ts';
import { readSession } from '../health/session-facts.ts';
import { stateDirectory } from '../paths.ts';
import { askAgent } from './ask-agent.ts';
import { healthText } from './health-text.ts';
import { sourcesWithoutAgent, unknownSources } from './health-without-agent.ts';
import { type ClientOptions, jsonOption, socketOf, socketOption, stateDirOption } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & { readonly json?: true; readonly all?: true };

export function healthCommand(terminal: Terminal): Command {
  return new Command('health')
    .description('check everything that the client needs, and say how to mend what fails')
    .addArgument(
      new Argument('[check...]', 'only these, by their ids; --all shows the ids').choices(healthCheckIds),
    )
    .option('--all', 'show what does not matter here too')
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((asked: HealthCheckId[], options: Options) => run(asked, options, terminal));
}

async function run(asked: readonly HealthCheckId[], options: Options, terminal: Terminal): Promise<void> {
  const ids = asked.length === 0 ? healthCheckIds : healthCheckIds.filter((id) => asked.includes(id));
  const report = await reportOn(ids, options, terminal);
  if (options.json === true) terminal.line(JSON.stringify(report, null, 2));
  else healthText(report, { all: options.all === true || asked.length > 0 }).forEach(terminal.line);
  const failures = report.checks.filter(({ state }) => state === 'failed').length;
  if (failures > 0) {
    const words = failures === 1 ? 'one check fails' : `${failures} checks fail`;
    throw new OpenGsaError('health-failed', `${words}; mend the first one first`);
  }
}

async function reportOn(
  ids: readonly HealthCheckId[],
  options: Options,
  terminal: Terminal,
): Promise<HealthReport> {
  const ofAgent = ids.filter((id) => !sessionChecks.includes(id));
  try {
    const answer = await askAgent(options, terminal, (agent) =>
      // A session check alone rests on this one.
      agent.call('health.get', { only: ofAgent.length === 0 ? ['capture-running'] : ofAgent }),
    );
    const { session, report } = answer;
    const sources = {
      ...unknownSources('the agent judges it'),
      session: () => readSession(session, terminal.environment),
    };
    return { ...report, checks: await judge(ids, sources, report.checks) };
  } catch (error) {
    if (!(error instanceof OpenGsaError) || !unavailable.has(error.code)) throw error;
    const stateDir = stateDirectory(options.stateDir, terminal.environment);
    const told =
      error.code === 'agent-not-running'
        ? agentUnavailable(`nothing answers on ${socketOf(options, terminal)}`, false)
        : agentUnavailable(explain(error), true);
    const checks = await judge(ids, sourcesWithoutAgent(stateDir, clock), [told]);
    return { checkedAt: new Date(clock.now()).toISOString(), checks };
  }
}

/** Then what can be found out without the agent is worth more than a refusal. */
const unavailable: ReadonlySet<string> = new Set(['agent-not-running', 'access-denied', 'timeout']);

async function judge(
  ids: readonly HealthCheckId[],
  sources: FactSources,
  told: HealthReport['checks'],
): Promise<HealthReport['checks']> {
  const left = ids.filter((id) => !told.some((one) => one.id === id));
  const facts = await gatherFacts(sources, factsFor(left), clock);
  return [...judgeHealth(ids, facts, told)];
}
