// `opengsa profile enable` and `disable`: whether a profile takes part, decided by the running agent and kept.
import { Command } from 'commander';
import { askAgent } from './ask-agent.ts';
import { printStatus } from './mode-commands.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & { readonly json?: true };

/** Subcommands of `opengsa profile`. */
export function profileSwitchCommands(terminal: Terminal): readonly Command[] {
  return [
    switchCommand('enable', 'let a profile take part, also after a restart', true, terminal),
    switchCommand(
      'disable',
      'let the destinations of a profile leave directly, also after a restart',
      false,
      terminal,
    ),
  ];
}

function switchCommand(verb: string, description: string, enabled: boolean, terminal: Terminal): Command {
  return new Command(verb)
    .description(description)
    .argument('<name>', 'the name in `opengsa profile list`')
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action(async (name: string, options: Options) => {
      const status = await askAgent(options, terminal, (agent) =>
        agent.call('profile.set', { name, enabled }),
      );
      if (options.json !== true) terminal.line(`The profile ${name} is ${enabled ? 'on' : 'off'}.`);
      printStatus(status, options, terminal);
    });
}
