// `opengsa profile list`: the profiles of this machine, which of them are on, and what is wrong with the others.
import { Command } from 'commander';
import type { KnownProfile, KnownProgramRules } from '../../protocol/known-profile.ts';
import { distributionText } from './distribution-text.ts';
import { machineProfiles } from './machine-profiles.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption } from './options.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & { readonly json?: true };

export function profileListCommand(terminal: Terminal): Command {
  return new Command('list')
    .description('the profiles in the order in which they are asked, and which are on')
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const { from, profiles, programRules, distribution } = await machineProfiles(options, terminal);
  if (options.json === true) {
    const shown = { from, distribution, profiles: profiles.map(summary), programRules };
    terminal.line(JSON.stringify(shown, null, 2));
    return;
  }
  distributionText(distribution).forEach(terminal.line);
  profilesTable(profiles).forEach(terminal.line);
  for (const { name, fault } of profiles) if (fault !== null) terminal.line(`${name}: ${fault}`);
  programRulesText(programRules).forEach(terminal.line);
  if (from === 'files') terminal.line('No agent runs here: this is what the files say.');
}

function summary({ profile, ...known }: KnownProfile) {
  return {
    ...known,
    title: profile?.name ?? null,
    state: profile?.state ?? null,
    version: profile?.version ?? null,
    priority: profile?.priority ?? null,
    policies: profile?.policies.length ?? null,
    rules: profile?.policies.reduce((sum, { rules }) => sum + rules.length, 0) ?? null,
  };
}

function profilesTable(profiles: readonly KnownProfile[]): readonly string[] {
  const left = ['Name', 'Title', 'Source', 'State', 'Version'].map((title) => ({ title }));
  const right = ['Priority', 'Policies', 'Rules'].map((title) => ({ title, align: 'right' as const }));
  const rows = profiles.map((known) => {
    const { title, version, ...counts } = summary(known);
    const numbers = [counts.priority, counts.policies, counts.rules];
    return [
      ...[known.name, title ?? '-', known.source, stateText(known), version ?? '-'],
      ...numbers.map((count) => (count === null ? '-' : String(count))),
    ];
  });
  return table([...left, ...right], rows);
}

/** Before the profiles in the order of the questions, after them in the text: most machines have none. */
function programRulesText({ rules, fault }: KnownProgramRules): readonly string[] {
  const lines = rules.flatMap(({ programs, profile }) =>
    profile.policies.flatMap((policy) =>
      policy.rules.map(
        ({ id, name }) => `${id} (${name}) is for ${programs.join(', ')}, before every profile.`,
      ),
    ),
  );
  return fault === null ? lines : [...lines, fault];
}

function stateText({ enabled, profile }: KnownProfile): string {
  if (profile === null) return 'unusable';
  if (enabled) return 'on';
  return profile.state === 'disabled' ? 'off in itself' : 'off';
}
