// One thing that the policy tester looked at: what, whether it matches, and why.
import type { ReactElement } from 'react';
import type { PolicyStep } from '../../../../protocol/policy-test.ts';
import type { Language } from '../../../../protocol/language.ts';
import { reasonWords } from '../../../../protocol/words/seen-as.ts';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { type ForwardingStrings, forwardingStrings } from './forwarding-strings.ts';

type Line = {
  readonly what: string;
  readonly outcome: string;
  readonly why: string;
  readonly decides: boolean;
};

export function PolicyStepLine({
  step,
  decidedBy,
  reason,
}: {
  readonly step: PolicyStep;
  /** The rule that decides; null where none does. */
  readonly decidedBy: string | null;
  readonly reason: string;
}): ReactElement {
  const strings = useStrings(forwardingStrings);
  const language = useLanguage();
  const { what, outcome, why, decides } = lineOf(step, decidedBy, reason, strings, language);
  return (
    <li>
      <span className="quiet">{what}</span>
      {decides ? <strong>{outcome}</strong> : <span>{outcome}</span>}
      <span className="quiet">{why}</span>
    </li>
  );
}

function lineOf(
  step: PolicyStep,
  decidedBy: string | null,
  reason: string,
  strings: ForwardingStrings,
  language: Language,
): Line {
  const { tester } = strings;
  switch (step.kind) {
    case 'own-hosts': {
      const outcome = step.matches ? tester.decides : tester.noMatch;
      return { what: tester.ownHosts, outcome, why: tester.ownHostsAre, decides: step.matches };
    }
    case 'mode': {
      const decides = reason === step.mode;
      const outcome = decides ? tester.decides : tester.wouldDecide;
      return { what: tester.mode, outcome, why: reasonWords({ reason: step.mode }, language), decides };
    }
    case 'program-rules': {
      const { programs, rules } = step;
      const outcome = programs.length === 0 ? tester.noMatch : tester.forSome;
      const why = programs.length === 0 ? strings.rules(rules) : programs.join(', ');
      return { what: tester.programRules, outcome, why, decides: false };
    }
    case 'profile':
      return { what: step.name, outcome: tester.noMatch, why: strings.rules(step.rules), decides: false };
    case 'rule': {
      const decides = step.lower === null && decidedBy === step.ruleId;
      const first = decides ? tester.decides : tester.wouldDecide;
      const outcome = step.lower === null ? first : tester.alsoMatches;
      return { what: step.ruleId, outcome, why: ruleWhy(step, strings), decides };
    }
  }
}

function ruleWhy(step: Extract<PolicyStep, { kind: 'rule' }>, strings: ForwardingStrings): string {
  const { tester } = strings;
  return [
    ...(step.endpointSetId === null ? [] : [tester.set(step.endpointSetId)]),
    step.destination,
    tester.category(strings.categories[step.category]),
    ...(step.policyEnabled ? [] : [tester.disabled]),
    ...(step.lower === null ? [] : [tester.lower[step.lower]]),
  ].join(', ');
}
