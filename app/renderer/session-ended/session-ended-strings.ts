// The words of a page that is not let in, or no more.
import type { Strings } from '../../shared/strings.ts';

type SessionEndedStrings = {
  readonly title: string;
  readonly sentence: string;
  readonly remedy: string;
  readonly again: string;
};

export const sessionEndedStrings: Strings<SessionEndedStrings> = {
  en: {
    title: 'This session has ended',
    sentence: 'The program that shows this page has ended, or does not know the page.',
    remedy: 'Run this in a terminal. It opens the windows anew:',
    again: 'Try again',
  },
  de: {
    title: 'Diese Sitzung ist beendet',
    sentence: 'Das Programm, das diese Seite zeigt, ist beendet oder kennt die Seite nicht.',
    remedy: 'Führen Sie dies in einem Terminal aus. Es öffnet die Fenster neu:',
    again: 'Erneut versuchen',
  },
};
