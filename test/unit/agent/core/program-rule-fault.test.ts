// Whether rules for certain programs can hold, and the words where they cannot.
import { expect, test } from 'vitest';
import {
  programRuleFault,
  type ProgramRuleFacts,
  programRuleWords,
} from '../../../../agent/core/program-rule-fault.ts';
import { germanFaultsOf } from '../../../support/german.ts';

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
  const english = programRuleWords(found!, 'en');
  const german = programRuleWords(found!, 'de');
  expect(english.cause).toContain(cause);
  expect(english.remedy).toContain(remedy);
  expect(germanFaultsOf(english.cause, german.cause)).toEqual([]);
  expect(germanFaultsOf(english.remedy, german.remedy)).toEqual([]);
  const one = fault({ ...changes, rules: 1 })!;
  expect(programRuleWords(one, 'en').cause).toMatch(/^In agent\.yaml, 1 rule names programs and applies /);
  expect(programRuleWords(one, 'de').cause).toMatch(/^In agent\.yaml nennt 1 Regel Programme und gilt /);
});
