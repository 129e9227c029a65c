// The profiles of this machine: what the running agent knows and has in force, else what its files say.
import { explain } from '../../protocol/error.ts';
import type { KnownProfile, KnownProgramRules } from '../../protocol/known-profile.ts';
import type { Status } from '../../protocol/status.ts';
import { stateDirectory } from '../paths.ts';
import { listProfiles, type StoredProfile } from '../profile-store.ts';
import { openSettings } from '../settings-store.ts';
import { askAgentIfAny } from './ask-agent.ts';
import type { ClientOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

export type MachineProfiles = {
  readonly from: 'agent' | 'files';
  /** In the order in which they are asked. */
  readonly profiles: readonly KnownProfile[];
  /** Those of agent.yaml, which the running agent alone knows. */
  readonly programRules: KnownProgramRules;
  /** What the organisation assigns, which the running agent alone knows; null where it asks for none. */
  readonly distribution: Status['distribution'];
};

export async function machineProfiles(options: ClientOptions, terminal: Terminal): Promise<MachineProfiles> {
  const known = await agentProfiles(options, terminal);
  if (known !== null) return { from: 'agent', ...known };
  const programRules = { rules: [], fault: null };
  const profiles = await profilesInFiles(options, terminal);
  return { from: 'files', profiles, programRules, distribution: null };
}

/** An agent that cannot be asked must not keep anybody from trying a profile; that it was not asked is said. */
async function agentProfiles(
  options: ClientOptions,
  terminal: Terminal,
): Promise<Omit<MachineProfiles, 'from'> | null> {
  try {
    return await askAgentIfAny(options, terminal, async (agent, { profiles, programRules }) => {
      const { distribution } = await agent.call('status.get', {});
      return { profiles, programRules, distribution };
    });
  } catch (error) {
    terminal.errorLine(`opengsa: the files of this account answer, not the agent: ${explain(error)}`);
    return null;
  }
}

/** As an agent with the default configuration would start with them. */
async function profilesInFiles(
  options: ClientOptions,
  { environment }: Terminal,
): Promise<readonly KnownProfile[]> {
  const stateDir = stateDirectory(options.stateDir, environment);
  const choices = (await openSettings(stateDir)).read().profiles;
  const priority = ({ profile }: StoredProfile): number => profile?.priority ?? Infinity;
  return [...(await listProfiles(stateDir))]
    .sort((a, b) => priority(a) - priority(b) || 0)
    .map((stored) => ({
      ...stored,
      enabled: stored.profile?.state === 'enabled' && (choices[stored.name]?.enabled ?? true),
    }));
}
