// Whether rules for certain programs can hold, and the words where they cannot.
import { expect, test } from 'vitest';
import { programRuleFault, type ProgramRuleFacts } from '../../../../agent/core/program-rule-fault.ts';

const privileged = 'CapEff:\t0000000000080004\n';
const holds: ProgramRuleFacts = {
  ...{ rules: 2, level: 'executable', platform: 'linux', status: privileged, capturesOwnAccount: true },
};
const fault = (changes: Partial<ProgramRuleFacts>) => programRuleFault({ ...holds, ...changes });

test('there is none where programs can be told, or where no rule names one', () => {
  expect(fault({})).toBeNull();
  expect(fault({ rules: 0, level: 'uid', status: '' })).toBeNull();
});

test.each<[string, Partial<ProgramRuleFacts>, string, string, string]>([
  ['accounts only', { level: 'uid' }, 'all', 'accounts only', 'Set processes: executable in agent.yaml.'],
  ['accounts only, no capability', { level: 'uid', status: '' }, 'all', 'accounts only', 'CAP_SYS_PTRACE'],
  ['no capability', { status: '' }, 'other-accounts', "agent's own account only", 'CAP_DAC_READ_SEARCH'],
  ['an account of its own', { status: '', capturesOwnAccount: false }, 'all', 'no captured flow', 'CAP_SYS'],
  ['another system', { platform: 'darwin', status: '' }, 'all', 'only on Linux', 'without programs'],
])('%s', (_, changes, reach, cause, remedy) => {
  const found = fault(changes);
  expect(found).toMatchObject({ reach });
  expect(found?.cause).toContain(cause);
  expect(found?.remedy).toContain(remedy);
  expect(fault({ ...changes, rules: 1 })?.cause).toMatch(
    /^In agent\.yaml, 1 rule names programs and applies /,
  );
});
