// Whether rules for certain programs can hold on this machine, and what they need where they cannot.
import type { Language } from '../../protocol/language.ts';
import { seesOtherProcesses } from './capabilities.ts';
import { wordsIn } from './words/words.ts';

export type ProgramRuleFault = {
  /** `all`: such a rule never holds. `other-accounts`: it holds for programs of the agent's own account only. */
  readonly reach: 'all' | 'other-accounts';
  /** How many rules it is about. */
  readonly rules: number;
  /** `accounts-only`: the configuration asks for accounts; and without the capability more would be of little use. */
  readonly reason: 'other-system' | 'accounts-only' | 'no-capability';
  /** Whether the agent may not look into the processes of other accounts. */
  readonly lacksCapability: boolean;
};

export type ProgramRuleFacts = {
  /** How many rules of agent.yaml name programs. */
  readonly rules: number;
  readonly level: 'uid' | 'executable';
  readonly platform: string;
  /** The text of /proc/self/status; empty where there is none. */
  readonly status: string;
  /** Whether flows of the agent's own account are captured; transparent capture leaves them out. */
  readonly capturesOwnAccount: boolean;
};

/** Null where the rules hold, or where there are none. */
export function programRuleFault(facts: ProgramRuleFacts): ProgramRuleFault | null {
  const { rules, level, platform, status, capturesOwnAccount } = facts;
  if (rules === 0) return null;
  const lacksCapability = !seesOtherProcesses(status);
  if (platform !== 'linux') return { reach: 'all', rules, reason: 'other-system', lacksCapability };
  if (level === 'uid') return { reach: 'all', rules, reason: 'accounts-only', lacksCapability };
  if (!lacksCapability) return null;
  const reach = capturesOwnAccount ? 'other-accounts' : 'all';
  return { reach, rules, reason: 'no-capability', lacksCapability };
}

/** Whole sentences. */
export function programRuleWords(
  { reach, rules, reason, lacksCapability }: ProgramRuleFault,
  language: Language,
): { readonly cause: string; readonly remedy: string } {
  const words = wordsIn(language).programRules;
  switch (reason) {
    case 'other-system':
      return { cause: words.otherSystem(rules), remedy: words.withoutPrograms };
    case 'accounts-only':
      return {
        cause: words.accountsOnly(rules),
        remedy: lacksCapability ? words.setExecutableAndGive : words.setExecutable,
      };
    case 'no-capability':
      return {
        cause: reach === 'other-accounts' ? words.ownAccountOnly(rules) : words.noCapturedFlow(rules),
        remedy: words.give,
      };
  }
}
