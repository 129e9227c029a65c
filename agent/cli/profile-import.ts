// `opengsa profile import`: keeps a profile; a running agent has it in force at once.
import { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import type { Profile } from '../../protocol/profile.ts';
import { stateDirectory } from '../paths.ts';
import { isProfileName, profilePath, saveProfile } from '../profile-store.ts';
import { askAgentIfAny } from './ask-agent.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption } from './options.ts';
import { nameFromFile, readProfileFile } from './profile-files.ts';
import { counted } from './table.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & { readonly json?: true; readonly name?: string };

export function profileImportCommand(terminal: Terminal): Command {
  return new Command('import')
    .description('keep a profile: our own format, the Microsoft 365 endpoint list, or an answer of Graph')
    .argument('<file>', 'the JSON file')
    .option('--name <name>', 'what to call it; default: the name of the file')
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((file: string, options: Options) => run(file, options, terminal));
}

async function run(file: string, options: Options, terminal: Terminal): Promise<void> {
  const name = options.name ?? nameFromFile(file);
  if (!isProfileName(name)) {
    throw new OpenGsaError(
      'bad-usage',
      `--name: ${name} cannot be a profile's name: use 1 to 64 small letters, digits and hyphens`,
    );
  }
  const { format, profile } = await readProfileFile(file, terminal);
  const applied = await apply(name, profile, options, terminal);
  const path =
    applied ?? (await saveProfile(stateDirectory(options.stateDir, terminal.environment), name, profile));
  const rules = profile.policies.reduce((sum, policy) => sum + policy.rules.length, 0);
  const facts = { name, format, path, policies: profile.policies.length, rules, inForce: applied !== null };
  if (options.json === true) {
    terminal.line(JSON.stringify(facts, null, 2));
    return;
  }
  terminal.line(
    `Imported ${file} as ${name}: ${counted(facts.policies, 'policy', 'policies')}, ` +
      `${counted(rules, 'rule', 'rules')}. ${effect(profile, facts.inForce)}`,
  );
}

/** The path where the running agent keeps it, or null where none runs. */
function apply(name: string, profile: Profile, options: Options, terminal: Terminal): Promise<string | null> {
  return askAgentIfAny(options, terminal, async (agent, { stateDir }) => {
    await agent.call('profile.apply', { name, profile });
    return profilePath(stateDir, name);
  });
}

function effect({ state }: Profile, inForce: boolean): string {
  if (state === 'disabled') return 'It is switched off in itself and takes no part.';
  return inForce ? 'It is in force.' : 'No agent runs here: the next one starts with it.';
}
