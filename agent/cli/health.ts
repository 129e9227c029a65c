// `opengsa health`: every precondition of the client, what was found, and what to do about what fails.
import { Argument, Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { type HealthCheckId, healthCheckIds } from '../../protocol/health-checks.ts';
import { systemClock as clock } from '../clock.ts';
import { stateDirectory } from '../paths.ts';
import { reportHealth } from '../person-health.ts';
import { askAgent } from './ask-agent.ts';
import { healthText } from './health-text.ts';
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
  const report = await reportHealth(ids, {
    askAgent: (only) => askAgent(options, terminal, (agent) => agent.call('health.get', { only: [...only] })),
    socketPath: socketOf(options, terminal),
    stateDir: stateDirectory(options.stateDir, terminal.environment),
    environment: terminal.environment,
    clock,
    language: 'en',
  });
  if (options.json === true) terminal.line(JSON.stringify(report, null, 2));
  else healthText(report, { all: options.all === true || asked.length > 0 }).forEach(terminal.line);
  const failures = report.checks.filter(({ state }) => state === 'failed').length;
  if (failures > 0) {
    const words = failures === 1 ? 'one check fails' : `${failures} checks fail`;
    throw new OpenGsaError('health-failed', `${words}; mend the first one first`);
  }
}
