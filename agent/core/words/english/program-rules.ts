// Why rules of agent.yaml for certain programs do not hold, in English.
import { plural } from '../../../../protocol/words/forms.ts';

const needed = 'the capabilities CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH';
const applies = (rules: number): string =>
  `In agent.yaml, ${rules} ${plural(rules, 'en', 'rule names programs and applies', 'rules name programs and apply')}`;

export const programRules = {
  otherSystem: (rules: number) =>
    `${applies(rules)} to no flow: only on Linux can the agent tell which program opened one.`,
  withoutPrograms: 'Write the rules without programs, or remove them.',
  accountsOnly: (rules: number) => `${applies(rules)} to no flow: the agent looks up accounts only.`,
  setExecutable: 'Set processes: executable in agent.yaml.',
  setExecutableAndGive: `Set processes: executable in agent.yaml; for programs of other accounts it also takes ${needed}.`,
  ownAccountOnly: (rules: number) =>
    `${applies(rules)} to programs of the agent's own account only: the agent may not look into the processes of other accounts.`,
  noCapturedFlow: (rules: number) =>
    `${applies(rules)} to no captured flow: the agent may not look into the processes of other accounts.`,
  give: `Give the agent ${needed}.`,
};
