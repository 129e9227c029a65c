// The words for what needs a look although the connection stands, in English.
import { allOf, oneOf } from '../../../../protocol/words/forms.ts';
import type { Alike } from '../../address-mismatch.ts';
import type { Moment } from '../../time-words.ts';
import { organisation } from './organisation.ts';
import { time } from './time.ts';

export const attention = {
  oneThing: 'Connected, 1 thing to look at',
  severalThings: (count: number) => `Connected, ${count} things to look at`,
  signalingDisabled: {
    title: 'Connected, addresses not passed on',
    cause: (name: string | null, since: Moment) =>
      `${organisation.name(name)} turned signalling off ${time.at(since)}.`,
    remedy: (name: string | null) => `Ask ${organisation.it(name)} if sign-in fails.`,
  },
  addressAmbiguous: {
    title: 'Address not proven',
    /** @param candidates two or more */
    disagreement: (candidates: readonly string[]) =>
      `${candidates.length === 2 ? 'Two' : candidates.length} checks disagree: ${allOf(candidates, 'en')}.`,
    noProof: 'No check could prove the address of this network.',
    remedy: 'Check now. If it stays, tell IT that this network has several uplinks.',
  },
  channelsUnreachable: {
    title: (unreachable: number, all: number) => `${unreachable} of ${all} channels unreachable`,
    noAnswer: 'The edge gave no answer.',
    remedy: 'Look at the health check.',
  },
  addressMismatch: {
    showRemedy: 'Show in Source address.',
    sentence: (seen: readonly Alike[]) =>
      `${seen.map(({ groups, addresses }) => `${allOf(groups, 'en')} will see ${oneOf(addresses, 'en')}`).join(', ')}.`,
    severalEgresses: 'The edge sends them out from different addresses.',
    /** Of the decision for the first, by its stable reason. */
    reasons: {
      'rule-bypass': 'the rule says bypass',
      'rule-forward': 'the rule says forward',
      'policy-disabled': 'the policy with the rule is disabled',
      'no-rule': 'no rule of an enabled profile applies',
      'class-direct': "the edge's class is direct",
      'hardening-bypass': 'no edge is connected',
      'microsoft-direct': 'your organisation chose direct',
      'microsoft-undecided': 'your organisation has chosen neither anchor nor direct',
      'microsoft-view-awaited': 'the edge has not told yet what is chosen',
    },
    /** @param because of the reasons, in parentheses after a space; empty where it is none of them */
    fewDirect: (labels: readonly string[], because: string) =>
      `${allOf(labels, 'en')} ${labels.length === 1 ? 'leaves' : 'leave'} directly${because}; the others go through the edge.`,
    fewThrough: (labels: readonly string[], because: string) =>
      `${allOf(labels, 'en')} ${labels.length === 1 ? 'goes' : 'go'} through the edge${because}; the others leave directly.`,
    remedy: (name: string | null) =>
      `Ask ${organisation.it(name)} to send all of them one way: directly, or through the edge as anchor.`,
  },
  microsoftUndecided: {
    cause: (name: string | null) =>
      `${organisation.name(name)} has not chosen anchor or direct for Microsoft's services.`,
    remedy: (name: string | null) => `Ask ${organisation.it(name)} to choose.`,
  },
  foreignEdge: {
    cause: 'This edge is of another make and does not say what it does with addresses.',
    remedy: (name: string | null) => `Ask ${organisation.it(name)} which address services see.`,
  },
  profileRefused: {
    cause: (fault: string) => `A profile cannot be used: ${fault}.`,
    remedy:
      'If you imported it, import it again, or remove its file and start the agent again. If your organisation assigned it, tell them.',
  },
};
