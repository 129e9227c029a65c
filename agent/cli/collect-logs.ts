// `opengsa collect-logs`: one file for whoever helps, redacted unless the person wants otherwise, and a preview of it.
import { Command, Option } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import {
  type LogBundle,
  logBundleMaxBytes,
  logBundlePartNames,
  type LogPreview,
} from '../../protocol/log-bundle.ts';
import { systemClock as clock } from '../clock.ts';
import { makeBundle, previewOf } from '../core/log-bundle.ts';
import type { Collected } from '../core/redaction.ts';
import { writeBundle } from '../log-bundle-file.ts';
import { collectWithoutAgent } from '../logs-without-agent.ts';
import { stateDirectory, typedPath } from '../paths.ts';
import { unavailable } from '../person-health.ts';
import { productFacts } from '../product.ts';
import { askAgent } from './ask-agent.ts';
import { bundleText, previewText } from './collect-logs-text.ts';
import { type ClientOptions, jsonOption, socketOf, socketOption, stateDirOption } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & {
  readonly output?: string;
  readonly redact: boolean;
  readonly preview?: true;
  readonly json?: true;
};

export function collectLogsCommand(terminal: Terminal): Command {
  return new Command('collect-logs')
    .description('write what helps to find a fault into one file, without secrets and without naming you')
    .option('--output <path>', 'a file that does not exist, or a directory; by default the present one')
    .option('--no-redact', 'leave addresses, names and paths as they are; secrets never go in')
    .addOption(
      new Option('--preview', 'write nothing: show what would go in, and what would be hidden').conflicts([
        'output',
        'redact',
      ]),
    )
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((options: Options) => (options.preview ? preview(options, terminal) : run(options, terminal)));
}

async function preview(options: Options, terminal: Terminal): Promise<void> {
  const { made, fromAgent } = await byAgentOrAlone<LogPreview>(options, terminal, {
    ask: (agent) => agent.call('logs.preview', {}),
    alone: previewOf,
  });
  if (options.json === true) terminal.line(JSON.stringify({ fromAgent, ...made }, null, 2));
  else previewText(made).forEach(terminal.line);
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const { redact } = options;
  const { made, fromAgent } = await byAgentOrAlone<LogBundle>(options, terminal, {
    ask: (agent) => agent.call('logs.collect', { redact }),
    alone: (collected) =>
      makeBundle(collected, {
        ...{ redact, parts: logBundlePartNames, maxBytes: logBundleMaxBytes },
        createdAt: new Date(clock.now()).toISOString(),
        product: productFacts(),
      }),
  });
  const written = await writeBundle(typedPath(options.output ?? '.', terminal.environment), made);
  if (options.json === true) {
    const { redacted, hidden, removedSecrets, leftOut } = made;
    const parts = logBundlePartNames.filter((name) => made[name] !== undefined);
    const facts = { ...written, fromAgent, redacted, parts, hidden, removedSecrets, leftOut };
    terminal.line(JSON.stringify(facts, null, 2));
  } else {
    bundleText(made, written).forEach(terminal.line);
  }
}

type Ways<T> = {
  readonly ask: (agent: Parameters<Parameters<typeof askAgent<T>>[2]>[0]) => Promise<T>;
  readonly alone: (collected: Collected) => T;
};

/** A machine whose agent does not run is one that somebody wants to be helped with. */
async function byAgentOrAlone<T>(
  options: Options,
  terminal: Terminal,
  { ask, alone }: Ways<T>,
): Promise<{ readonly made: T; readonly fromAgent: boolean }> {
  try {
    return { made: await askAgent(options, terminal, ask), fromAgent: true };
  } catch (error) {
    if (!(error instanceof OpenGsaError) || !unavailable.has(error.code)) throw error;
    terminal.errorLine(
      `opengsa: ${error.message}. Without it there are the machine's facts and the health check only`,
    );
    return { made: alone(await withoutAgent(options, terminal)), fromAgent: false };
  }
}

function withoutAgent(options: Options, terminal: Terminal): Promise<Collected> {
  return collectWithoutAgent({
    askAgent: (only) => askAgent(options, terminal, (agent) => agent.call('health.get', { only: [...only] })),
    ...{ socketPath: socketOf(options, terminal), environment: terminal.environment },
    stateDir: stateDirectory(options.stateDir, terminal.environment),
    ...{ clock, language: 'en' },
  });
}
