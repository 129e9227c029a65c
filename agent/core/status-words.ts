// Which words a status is told in: title, sentence, cause and remedy for each state. They say who will see which address.
import { assertNever } from '../../protocol/error.ts';
import type { ConnectionState, Status } from '../../protocol/status.ts';
import { attentionWords } from './attention-words.ts';
import { predictionSentence } from './prediction-sentence.ts';
import type { SeenQuestion } from './seen-as.ts';
import type { StatusInputs } from './status-inputs.ts';
import { momentIn, organisationOf, type WordsContext } from './words-context.ts';
import { type Words, wordsIn } from './words/words.ts';

export type ShownWords = Pick<Status, 'shield' | 'title' | 'sentence' | 'cause' | 'remedy'>;

export function statusWords(context: WordsContext): ShownWords {
  const { connection } = context;
  switch (connection.kind) {
    case 'connected':
      return connectedWords(context);
    case 'not-enrolled':
    case 'disabled':
    case 'paused':
      return offWords(context, connection);
    case 'connecting':
    case 'edge-unreachable':
    case 'device-refused':
    case 'edge-untrusted':
    case 'sign-in-needed':
    case 'no-internet':
    case 'captive-portal':
      return waitingWords(context, connection);
    default:
      return assertNever(connection);
  }
}

function connectedWords(context: WordsContext): ShownWords {
  const { inputs, attention, seen, language } = context;
  const words = wordsIn(language);
  const sentence = predictionSentence(inputs.watched, seen, language);
  const [first] = attention;
  if (first === undefined) {
    return { shield: 'on', title: words.status.connected.title, sentence, cause: null, remedy: null };
  }
  const told = attentionWords(first, context);
  return {
    shield: 'attention',
    title: attention.length > 1 ? words.attention.severalThings(attention.length) : told.title,
    sentence: told.sentence ?? sentence,
    cause: told.cause,
    remedy: told.remedy,
  };
}

type Off = Extract<ConnectionState, { kind: 'not-enrolled' | 'disabled' | 'paused' }>;

function offWords(context: WordsContext, connection: Off): ShownWords {
  const { inputs, own, language } = context;
  const words = wordsIn(language).status;
  const sentence = words.off.sentence(own);
  switch (connection.kind) {
    case 'not-enrolled':
      return { shield: 'off', ...words.notEnrolled };
    case 'paused': {
      const { title, cause, remedy } = words.paused;
      const [since, until] = [momentIn(context, connection.since), momentIn(context, connection.until)];
      return { shield: 'off', title, sentence, cause: cause(since, until), remedy };
    }
    case 'disabled': {
      if (connection.by === 'user') {
        const { title, agentOff, profileOff, remedy } = words.offByUser;
        const cause = inputs.mode.kind === 'disconnected' ? agentOff : profileOff;
        return { shield: 'off', title, sentence, cause: cause(momentIn(context, connection.since)), remedy };
      }
      const { title, remedy, ...causes } = words.offByOrganisation;
      const organisation = organisationOf(inputs);
      const isBreakGlass = (inputs.distribution?.document?.breakGlassSince ?? null) !== null;
      const cause = isBreakGlass ? causes.breakGlass : causes.cause;
      return {
        ...{ shield: 'off-by-organisation', title, sentence },
        ...{ cause: cause(organisation), remedy: remedy(organisation) },
      };
    }
    default:
      return assertNever(connection);
  }
}

type Waiting = Exclude<ConnectionState, Off | { kind: 'connected' }>;

function waitingWords(context: WordsContext, connection: Waiting): ShownWords {
  const { inputs, language } = context;
  const words = wordsIn(language).status;
  const organisation = organisationOf(inputs);
  const meanwhile = meanwhileSentences(inputs.watched, words);
  switch (connection.kind) {
    case 'connecting': {
      const { title, remedy } = words.connecting;
      const sentence = connectingSentence(inputs.watched, words);
      return {
        shield: 'busy',
        title,
        sentence,
        cause: connectingCause(inputs, connection.attempt, words),
        remedy,
      };
    }
    case 'edge-unreachable': {
      const { title, sentence, remedy } = words.unreachable;
      return {
        shield: 'error',
        title,
        sentence: `${sentence} ${meanwhile}`,
        cause: connection.cause,
        remedy,
      };
    }
    case 'device-refused':
    case 'edge-untrusted': {
      const { title, sentence, remedy } =
        connection.kind === 'device-refused' ? words.refused : words.untrusted;
      return {
        ...{ shield: 'error', title, sentence: `${sentence(connection.edge)} ${meanwhile}` },
        ...{ cause: connection.cause, remedy: remedy(organisation) },
      };
    }
    case 'sign-in-needed':
      return { shield: 'error', ...words.signInNeeded, cause: connection.cause };
    case 'no-internet': {
      const cause = words.noInternet.cause(momentIn(context, connection.since));
      return { shield: 'error', ...words.noInternet, cause };
    }
    case 'captive-portal': {
      const { title, sentence, ...portal } = words.captivePortal;
      const { page } = connection;
      const cause = page === null ? portal.answered : portal.sentTo(page);
      return {
        shield: 'error',
        title,
        sentence,
        cause,
        remedy: page === null ? portal.openAny : portal.openIt,
      };
    }
    default:
      return assertNever(connection);
  }
}

/** What stands still and what goes on while no edge answers: hardening decides, and so do the rules. */
function meanwhileSentences(watched: readonly SeenQuestion[], { meanwhile }: Words['status']): string {
  const blocked = (w: SeenQuestion): boolean => w.decision.action !== 'direct';
  const signIns = watched.filter((w) => w.decision.authentication === 'sign-in');
  const others = watched.filter((w) => w.group === 'Exchange' || w.group === 'SharePoint');
  const first = signIns.some(blocked) ? meanwhile.signInsFail : meanwhile.signInsLeave;
  if (others.length === 0) return first;
  return `${first} ${others.some(blocked) ? meanwhile.othersStop : meanwhile.othersLeave}`;
}

/** What waits, by the decisions that hold at this moment; nothing that leaves directly is said to wait. */
function connectingSentence(watched: readonly SeenQuestion[], { connecting }: Words['status']): string {
  const waits = ({ decision }: SeenQuestion): boolean => decision.action === 'tunnel';
  const isSignIn = ({ decision }: SeenQuestion): boolean => decision.authentication === 'sign-in';
  const labels = watched.filter(waits).map(({ label }) => label);
  if (labels.length === 0) return connecting.nothingWaits;
  if (watched.every((w) => waits(w) === isSignIn(w))) return connecting.signInWaits;
  const named = labels.length > 3 ? labels.slice(0, 2) : labels;
  return connecting.theseWait(named, labels.length - named.length);
}

function connectingCause({ link }: StatusInputs, attempt: number, { connecting }: Words['status']): string {
  const cause = link.kind === 'connecting' ? link.cause : null;
  return [...(cause === null ? [] : [cause]), connecting.attempt(attempt)].join(' ');
}
