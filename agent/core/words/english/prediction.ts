// Who will see which address, in English.
import { allOf, oneOf } from '../../../../protocol/words/forms.ts';
import type { Sight } from '../sight.ts';

export const prediction = {
  nothing: 'No rule sends anything through the edge.',
  /** @param labels whoever will see the same, one or more */
  sentence: (labels: readonly string[], sight: Sight) => {
    const who = allOf(labels, 'en');
    if (sight.kind === 'blocked') return `${who} ${labels.length === 1 ? 'is' : 'are'} blocked.`;
    return `${who} will see ${seen(sight)}.`;
  },
};

function seen(sight: Exclude<Sight, { kind: 'blocked' }>): string {
  switch (sight.kind) {
    case 'own':
      return `your own address${addressed(sight.addresses)}`;
    case 'passed-on':
      return `your address${addressed(sight.addresses)}`;
    case 'edge':
      return `the edge${addressed(sight.addresses)}`;
    case 'being-checked':
      return 'your address, which is being checked';
    case 'not-proven':
      return 'your address, which is not proven';
    case 'unknown':
      return 'an address that is not known';
    case 'foreign-edge':
      return 'what this edge shows, which it does not say';
    case 'not-told':
      return 'an address that the edge has not told yet';
  }
}

function addressed(addresses: readonly string[]): string {
  return addresses.length === 0 ? '' : `, ${oneOf(addresses, 'en')}`;
}
