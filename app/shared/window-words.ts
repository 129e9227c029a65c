// What a window says in one glance: the agent's own words, or why there are none.
import type { Language } from '../../protocol/language.ts';
import type { Status } from '../../protocol/status.ts';
import type { AgentLink, WindowState } from '../../protocol/window.ts';
import type { Strings } from './strings.ts';

export type WindowWords = Pick<Status, 'shield' | 'title' | 'sentence' | 'cause' | 'remedy'>;

/**
 * The words for the tray, the status window and the head of the diagnostics. A status is shown only while the agent is
 * there: an older one would claim what nobody knows.
 *
 * @param timeOf writes a time of day for people, in their language and time zone
 */
export function windowWords(
  { link, status }: WindowState,
  language: Language,
  timeOf: (iso: string) => string,
): WindowWords {
  if (link.kind === 'live' && status !== null) {
    const { shield, title, sentence, cause, remedy } = status;
    return { shield, title, sentence, cause, remedy };
  }
  return linkWords(link, strings[language], timeOf);
}

function linkWords(link: AgentLink, words: LinkWords, timeOf: (iso: string) => string): WindowWords {
  switch (link.kind) {
    case 'starting':
    case 'live':
      return { shield: 'busy', ...words.starting, cause: null, remedy: null };
    case 'absent':
      return { shield: 'error', ...words.absent, cause: words.noAnswerSince(timeOf(link.since)) };
    case 'denied':
      return { shield: 'error', ...words.denied, cause: link.cause };
    case 'refused':
      return { shield: 'error', ...words.refused, cause: link.cause };
  }
}

type Sentences = { readonly title: string; readonly sentence: string; readonly remedy: string };
type LinkWords = {
  readonly starting: Omit<Sentences, 'remedy'>;
  readonly absent: Sentences;
  readonly noAnswerSince: (time: string) => string;
  readonly denied: Sentences;
  readonly refused: Sentences;
};

const strings: Strings<LinkWords> = {
  en: {
    starting: { title: 'Starting', sentence: 'The OpenGSA service is being asked.' },
    absent: {
      title: 'Not running',
      sentence: 'The OpenGSA service does not answer, so this window cannot tell which address services see.',
      remedy: 'Start the service: sudo systemctl start opengsa, or opengsa agent in a terminal.',
    },
    noAnswerSince: (time) => `No answer on its socket since ${time}.`,
    denied: {
      title: 'No access',
      sentence: 'OpenGSA runs, but this account may not see its state.',
      remedy: 'Ask your administrator to add you to the group opengsa, then sign in to the computer again.',
    },
    refused: {
      title: 'Cannot talk to the service',
      sentence: 'Something answers in the place of the OpenGSA service, and this window cannot use it.',
      remedy: 'Install the same version of the window and the service, then start both again.',
    },
  },
  de: {
    starting: { title: 'Startet', sentence: 'Der Dienst OpenGSA wird gefragt.' },
    absent: {
      title: 'Läuft nicht',
      sentence:
        'Der Dienst OpenGSA antwortet nicht. Dieses Fenster kann deshalb nicht sagen, welche Adresse Dienste sehen.',
      remedy: 'Starten Sie den Dienst: sudo systemctl start opengsa, oder opengsa agent in einem Terminal.',
    },
    noAnswerSince: (time) => `Keine Antwort auf seinem Socket seit ${time}.`,
    denied: {
      title: 'Kein Zugriff',
      sentence: 'OpenGSA läuft, aber dieses Konto darf seinen Zustand nicht sehen.',
      remedy:
        'Bitten Sie Ihre Administration, Sie in die Gruppe opengsa aufzunehmen, und melden Sie sich danach neu am Computer an.',
    },
    refused: {
      title: 'Dienst nicht ansprechbar',
      sentence:
        'An der Stelle des Dienstes OpenGSA antwortet etwas, mit dem dieses Fenster nicht umgehen kann.',
      remedy: 'Installieren Sie Fenster und Dienst in derselben Version und starten Sie beide neu.',
    },
  },
};
