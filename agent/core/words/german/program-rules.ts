// Why rules of agent.yaml for certain programs do not hold, in German.
import { plural } from '../../../../protocol/words/forms.ts';
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { programRules as english } from '../english/program-rules.ts';

const needed = 'die Berechtigungen CAP_SYS_PTRACE und CAP_DAC_READ_SEARCH';
const applies = (rules: number): string =>
  `In agent.yaml ${plural(rules, 'de', 'nennt 1 Regel Programme und gilt', `nennen ${rules} Regeln Programme und gelten`)}`;

export const programRules: Translated<typeof english> = {
  otherSystem: (rules) =>
    `${applies(rules)} für keine Verbindung: Nur unter Linux kann der Agent feststellen, welches Programm sie geöffnet hat.`,
  withoutPrograms: 'Schreiben Sie die Regeln ohne Programme, oder entfernen Sie sie.',
  accountsOnly: (rules) => `${applies(rules)} für keine Verbindung: Der Agent ermittelt nur Konten.`,
  setExecutable: 'Setzen Sie in agent.yaml processes: executable.',
  setExecutableAndGive: `Setzen Sie in agent.yaml processes: executable. Für Programme anderer Konten braucht der Agent außerdem ${needed}.`,
  ownAccountOnly: (rules) =>
    `${applies(rules)} nur für Programme des eigenen Kontos des Agenten: Er darf nicht in die Prozesse anderer Konten sehen.`,
  noCapturedFlow: (rules) =>
    `${applies(rules)} für keine erfasste Verbindung: Der Agent darf nicht in die Prozesse anderer Konten sehen.`,
  give: `Geben Sie dem Agenten ${needed}.`,
};
