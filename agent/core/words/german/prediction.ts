// Who will see which address, in German.
import { allOf, oneOf } from '../../../../protocol/words/forms.ts';
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { prediction as english } from '../english/prediction.ts';
import type { Sight } from '../sight.ts';

export const prediction: Translated<typeof english> = {
  nothing: 'Keine Regel sendet etwas durch das Edge.',
  sentence: (labels, sight) => {
    const who = allOf(labels, 'de');
    const verb = labels.length === 1 ? 'wird' : 'werden';
    if (sight.kind === 'blocked') return `${who} ${labels.length === 1 ? 'ist' : 'sind'} blockiert.`;
    return `${who} ${verb} ${seen(sight)}.`;
  },
};

/** With the verb, which stands before what a relative clause adds. */
function seen(sight: Exclude<Sight, { kind: 'blocked' }>): string {
  switch (sight.kind) {
    case 'own':
      return `Ihre eigene Adresse${addressed(sight.addresses)} sehen`;
    case 'passed-on':
      return `Ihre Adresse${addressed(sight.addresses)} sehen`;
    case 'edge':
      return sight.addresses.length === 0
        ? 'das Edge sehen'
        : `das Edge mit der Adresse${addressed(sight.addresses)} sehen`;
    case 'being-checked':
      return 'Ihre Adresse sehen, die gerade geprüft wird';
    case 'not-proven':
      return 'Ihre Adresse sehen, die nicht nachgewiesen ist';
    case 'unknown':
      return 'eine Adresse sehen, die nicht bekannt ist';
    case 'foreign-edge':
      return 'eine Adresse sehen, die dieses Edge nicht nennt';
    case 'not-told':
      return 'eine Adresse sehen, die das Edge noch nicht genannt hat';
  }
}

function addressed(addresses: readonly string[]): string {
  return addresses.length === 0 ? '' : ` ${oneOf(addresses, 'de')}`;
}
