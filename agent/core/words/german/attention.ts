// The words for what needs a look although the connection stands, in German.
import { allOf, oneOf } from '../../../../protocol/words/forms.ts';
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { MicrosoftGroup } from '../../../../protocol/seen-as.ts';
import type { attention as english } from '../english/attention.ts';
import { organisation } from './organisation.ts';
import { time } from './time.ts';

export const attention: Translated<typeof english> = {
  oneThing: 'Verbunden, 1 Hinweis',
  severalThings: (count) => `Verbunden, ${count} Hinweise`,
  signalingDisabled: {
    title: 'Verbunden, Adressen werden nicht weitergegeben',
    cause: (name, since) =>
      `${organisation.name(name)} hat die Signalisierung ${time.at(since)} ausgeschaltet.`,
    remedy: (name) => `Fragen Sie ${organisation.it(name)}, wenn Anmeldungen fehlschlagen.`,
  },
  addressAmbiguous: {
    title: 'Adresse nicht nachgewiesen',
    disagreement: (candidates) =>
      `${candidates.length === 2 ? 'Zwei' : candidates.length} Prüfungen widersprechen sich: ${allOf(candidates, 'de')}.`,
    noProof: 'Keine Prüfung konnte die Adresse dieses Netzwerks nachweisen.',
    remedy:
      'Prüfen Sie jetzt erneut. Wenn es so bleibt, teilen Sie der IT mit, dass dieses Netzwerk mehrere Ausgänge hat.',
  },
  channelsUnreachable: {
    title: (unreachable, all) =>
      `${unreachable} von ${all} ${all === 1 ? 'Kanal' : 'Kanälen'} nicht erreichbar`,
    noAnswer: 'Das Edge hat nicht geantwortet.',
    remedy: 'Sehen Sie in der Integritätsprüfung nach.',
  },
  addressMismatch: {
    showRemedy: 'Sehen Sie unter Quelladresse nach.',
    sentence: (seen) =>
      `${seen
        .map(({ groups, addresses }) => {
          const who = allOf(groups.map(groupName), 'de');
          return `${who} ${groups.length === 1 ? 'wird' : 'werden'} ${oneOf(addresses, 'de')} sehen`;
        })
        .join(', ')}.`,
    severalEgresses: 'Das Edge sendet sie von verschiedenen Adressen aus.',
    reasons: {
      'rule-bypass': 'die Regel sagt bypass',
      'rule-forward': 'die Regel sagt forward',
      'policy-disabled': 'die Richtlinie mit der Regel ist ausgeschaltet',
      'no-rule': 'keine Regel eines eingeschalteten Profils gilt',
      'class-direct': 'die Klasse des Edge ist direct',
      'hardening-bypass': 'kein Edge ist verbunden',
      'microsoft-direct': 'Ihre Organisation hat direct gewählt',
      'microsoft-undecided': 'Ihre Organisation hat weder anchor noch direct gewählt',
      'microsoft-view-awaited': 'das Edge hat noch nicht gemeldet, was gewählt ist',
    },
    fewDirect: (labels, because) =>
      `${allOf(labels.map(groupName), 'de')} ${labels.length === 1 ? 'geht' : 'gehen'} direkt hinaus${because}; die anderen gehen durch das Edge.`,
    fewThrough: (labels, because) =>
      `${allOf(labels.map(groupName), 'de')} ${labels.length === 1 ? 'geht' : 'gehen'} durch das Edge${because}; die anderen gehen direkt hinaus.`,
    remedy: (name) =>
      `Bitten Sie ${organisation.it(name)}, alle auf demselben Weg zu senden: direkt oder mit anchor durch das Edge.`,
  },
  microsoftUndecided: {
    cause: (name) =>
      `${organisation.name(name)} hat für die Dienste von Microsoft weder anchor noch direct gewählt.`,
    remedy: (name) => `Bitten Sie ${organisation.it(name)}, das zu entscheiden.`,
  },
  foreignEdge: {
    cause: 'Dieses Edge stammt von einem anderen Hersteller und sagt nicht, was es mit Adressen tut.',
    remedy: (name) => `Fragen Sie ${organisation.it(name)}, welche Adresse Dienste sehen.`,
  },
  profileRefused: {
    cause: (fault) => `Ein Profil kann nicht verwendet werden: ${fault}.`,
    remedy:
      'Haben Sie es importiert, importieren Sie es erneut, oder entfernen Sie seine Datei und starten Sie den Agenten neu. Hat Ihre Organisation es zugewiesen, sagen Sie es ihr.',
  },
};

/** The others are names. */
function groupName(group: string): string {
  return group === ('Sign-in' satisfies MicrosoftGroup) ? 'Anmeldung' : group;
}
