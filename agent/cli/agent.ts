// `opengsa agent`: runs the agent in the foreground until it is told to stop.
import { Command, Option } from 'commander';
import { captureMode, type CaptureMode } from '../config.ts';
import { loadAgentConfig } from '../load-config.ts';
import { managementSocketPath, stateDirectory, typedPath } from '../paths.ts';
import { socketOption, stateDirOption } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = {
  readonly config?: string;
  readonly capture?: CaptureMode;
  readonly stateDir?: string;
  readonly socket?: string;
};

export function agentCommand(terminal: Terminal): Command {
  return new Command('agent')
    .description('run the agent in the foreground')
    .option('--config <file>', 'configuration file (agent.yaml); without one the defaults hold')
    .addOption(
      new Option('--capture <mode>', 'how programs come to it, in place of capture.mode of the file').choices(
        captureMode.options,
      ),
    )
    .addOption(stateDirOption())
    .addOption(socketOption())
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const { environment } = terminal;
  const stateDir = stateDirectory(options.stateDir, environment);
  const loaded = await loadAgentConfig(
    options.config === undefined ? null : typedPath(options.config, environment),
  );
  const mode = options.capture ?? loaded.capture.mode;
  // Loaded on demand: no other command needs the tunnel, the capture and their libraries.
  const { runAgent } = await import('../agent.ts');
  await runAgent({
    config: { ...loaded, capture: { ...loaded.capture, mode } },
    stateDir,
    socketPath: managementSocketPath(options.socket, stateDir, environment),
    stop: terminal.stop,
    ready: (facts) => terminal.line(`Ready: ${facts.join(', ')}`),
  });
}
