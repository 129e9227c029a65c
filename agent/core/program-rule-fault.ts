// Whether rules for certain programs can hold on this machine, and what they need where they cannot.
import { seesOtherProcesses } from './capabilities.ts';

export type ProgramRuleFault = {
  /** `all`: such a rule never holds. `other-accounts`: it holds for programs of the agent's own account only. */
  readonly reach: 'all' | 'other-accounts';
  /** Whole sentences. */
  readonly cause: string;
  readonly remedy: string;
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
  const applies = `In agent.yaml, ${rules === 1 ? '1 rule names programs and applies' : `${rules} rules name programs and apply`}`;
  if (platform !== 'linux') {
    return {
      reach: 'all',
      cause: `${applies} to no flow: only on Linux can the agent tell which program opened one.`,
      remedy: 'Write the rules without programs, or remove them.',
    };
  }
  const privileged = seesOtherProcesses(status);
  if (level === 'uid') {
    const also = privileged ? '' : `; for programs of other accounts it also takes ${needed}`;
    return {
      reach: 'all',
      cause: `${applies} to no flow: the agent looks up accounts only.`,
      remedy: `Set processes: executable in agent.yaml${also}.`,
    };
  }
  if (privileged) return null;
  const whose = capturesOwnAccount ? "programs of the agent's own account only" : 'no captured flow';
  return {
    reach: capturesOwnAccount ? 'other-accounts' : 'all',
    cause: `${applies} to ${whose}: the agent may not look into the processes of other accounts.`,
    remedy: `Give the agent ${needed}.`,
  };
}

const needed = 'the capabilities CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH';
