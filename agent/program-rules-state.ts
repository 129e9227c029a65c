// The rules of agent.yaml for certain programs, and whether they can hold in this process on this machine.
import { readFile } from 'node:fs/promises';
import type { AgentConfig } from './config.ts';
import { type ProgramRuleFault, programRuleFault, programRuleWords } from './core/program-rule-fault.ts';
import { programRules } from './policy/custom-profile.ts';
import type { KnownProgramRules } from '../protocol/known-profile.ts';
import type { Language } from '../protocol/language.ts';

export async function readProgramRuleFault(config: AgentConfig): Promise<ProgramRuleFault | null> {
  const { platform } = process;
  return programRuleFault({
    rules: config.customRules.filter(({ programs }) => programs !== undefined).length,
    level: config.processes,
    platform,
    status: platform === 'linux' ? await readFile('/proc/self/status', 'latin1') : '',
    // Transparent capture takes an account for the agent alone, and leaves that account's flows out.
    capturesOwnAccount: config.capture.mode === 'proxy',
  });
}

/** As windows and commands see them, in the order in which they are asked. */
export function knownProgramRules(
  config: AgentConfig,
  fault: ProgramRuleFault | null,
  language: Language,
): KnownProgramRules {
  return {
    rules: programRules(config.customRules).map(({ programs, matcher }) => ({
      programs: [...programs],
      profile: matcher.profile,
    })),
    fault: fault === null ? null : programRuleText(fault, language),
  };
}

/** Why they do not hold, and what they need. */
export function programRuleText(fault: ProgramRuleFault, language: Language): string {
  const { cause, remedy } = programRuleWords(fault, language);
  return `${cause} ${remedy}`;
}
