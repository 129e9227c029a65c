// The words of a status: title, sentence, cause and remedy for each state. They say who will see which address.
import { assertNever } from '../../protocol/error.ts';
import type { ConnectionState, Status } from '../../protocol/status.ts';
import { attentionWords } from './attention-words.ts';
import { predictionSentence } from './prediction-sentence.ts';
import type { SeenQuestion } from './seen-as.ts';
import type { StatusInputs } from './status-inputs.ts';
import { atTime } from './time-words.ts';
import { itName, organisationName, type WordsContext } from './words-context.ts';

export type Words = Pick<Status, 'shield' | 'title' | 'sentence' | 'cause' | 'remedy'>;

export function statusWords(context: WordsContext): Words {
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

function connectedWords(context: WordsContext): Words {
  const { inputs, attention, seen } = context;
  const sentence = predictionSentence(inputs.watched, seen);
  const [first] = attention;
  if (first === undefined) {
    return { shield: 'on', title: 'Connected', sentence, cause: null, remedy: null };
  }
  const words = attentionWords(first, context);
  const several = `Connected, ${attention.length} things to look at`;
  return {
    shield: 'attention',
    title: attention.length > 1 ? several : words.title,
    sentence: words.sentence ?? sentence,
    cause: words.cause,
    remedy: words.remedy,
  };
}

type Off = Extract<ConnectionState, { kind: 'not-enrolled' | 'disabled' | 'paused' }>;

function offWords(context: WordsContext, connection: Off): Words {
  const { inputs, own, now } = context;
  const at = (since: string): string => atTime(Date.parse(since), now, inputs.timeZone);
  const sentence = `Microsoft traffic leaves directly. Every service, Entra ID included, will see your own address${
    own.length === 0 ? '' : `, ${own.join(' or ')}`
  }.`;
  switch (connection.kind) {
    case 'not-enrolled':
      return {
        shield: 'off',
        title: 'Not enrolled',
        sentence:
          'OpenGSA changes nothing until you join. All traffic leaves directly, and every service sees your own address.',
        cause: 'This device belongs to no organisation yet.',
        remedy: "Continue with the edge's address or the invitation.",
      };
    case 'paused':
      return {
        shield: 'off',
        title: 'Paused',
        sentence,
        cause: `By you ${at(connection.since)}, until ${bareTime(connection.until, now, inputs.timeZone)}.`,
        remedy: 'Resume now.',
      };
    case 'disabled':
      if (connection.by === 'user') {
        const cause = `You turned ${inputs.mode.kind === 'disconnected' ? 'OpenGSA' : 'the profile'} off ${at(connection.since)}.`;
        return { shield: 'off', title: 'Off', sentence, cause, remedy: 'Turn on.' };
      }
      return {
        shield: 'off-by-organisation',
        title: 'Turned off by your organisation',
        sentence,
        cause: `${organisationName(inputs)} has assigned no active profile to you.`,
        remedy: `Get the latest profile, or ask ${itName(inputs)}.`,
      };
    default:
      return assertNever(connection);
  }
}

type Waiting = Exclude<ConnectionState, Off | { kind: 'connected' }>;

function waitingWords(context: WordsContext, connection: Waiting): Words {
  const { inputs, now } = context;
  const consequence = consequenceOf(inputs.watched);
  switch (connection.kind) {
    case 'connecting':
      return {
        shield: 'busy',
        title: 'Connecting',
        sentence: connectingSentence(inputs.watched),
        cause: connectingCause(inputs, connection.attempt),
        remedy: 'Nothing to do.',
      };
    case 'edge-unreachable':
      return {
        shield: 'error',
        title: 'Edge unreachable',
        sentence: `No edge answers. ${consequence}`,
        cause: connection.cause,
        remedy: 'Try now, or another network.',
      };
    case 'device-refused':
      return {
        shield: 'error',
        title: 'Edge refuses this device',
        sentence: `${connection.edge} answers but does not accept this device. ${consequence}`,
        cause: connection.cause,
        remedy: `Ask ${itName(inputs)} for an invitation, then enrol again.`,
      };
    case 'edge-untrusted':
      return {
        shield: 'error',
        title: 'Edge not proven',
        sentence: `${connection.edge} answers but could not prove that it is your organisation's edge. ${consequence}`,
        cause: connection.cause,
        remedy: `Try another network. If it stays, tell ${itName(inputs)}.`,
      };
    case 'sign-in-needed':
      return {
        shield: 'error',
        title: 'Sign in needed',
        sentence: 'The edge waits for you. New sign-ins elsewhere fail until then.',
        cause: connection.cause,
        remedy: 'Sign in.',
      };
    case 'no-internet':
      return {
        shield: 'error',
        title: 'No internet',
        sentence: 'This device is offline. OpenGSA connects by itself when it is back.',
        cause: `No network has a way to the internet since ${bareTime(connection.since, now, inputs.timeZone)}.`,
        remedy: 'Check Wi-Fi or cable.',
      };
    case 'captive-portal':
      return {
        shield: 'error',
        title: 'This network wants a sign-in',
        sentence: 'It lets nothing through before you open its page.',
        cause:
          connection.page === null
            ? 'The internet check was answered by this network.'
            : `The internet check was sent to ${connection.page}.`,
        remedy:
          connection.page === null
            ? 'Open any page in a browser: this network shows its own.'
            : 'Open the page.',
      };
    default:
      return assertNever(connection);
  }
}

/** What stands still and what goes on while no edge answers: hardening decides, and so do the rules. */
function consequenceOf(watched: readonly SeenQuestion[]): string {
  const blocked = (w: SeenQuestion): boolean => w.decision.action !== 'direct';
  const signIns = watched.filter((w) => w.decision.authentication === 'sign-in');
  const others = watched.filter((w) => w.group === 'Exchange' || w.group === 'SharePoint');
  const first = signIns.some(blocked)
    ? 'New sign-ins fail until one does.'
    : 'Sign-ins leave directly meanwhile.';
  if (others.length === 0) return first;
  const second = others.some(blocked)
    ? 'Other Microsoft 365 traffic stops too.'
    : 'Other Microsoft 365 traffic leaves directly.';
  return `${first} ${second}`;
}

/** What waits, by the decisions that hold at this moment; nothing that leaves directly is said to wait. */
function connectingSentence(watched: readonly SeenQuestion[]): string {
  const waits = ({ decision }: SeenQuestion): boolean => decision.action === 'tunnel';
  const isSignIn = ({ decision }: SeenQuestion): boolean => decision.authentication === 'sign-in';
  const labels = watched.filter(waits).map(({ label }) => label);
  if (labels.length === 0) return 'Until an edge answers, everything leaves directly.';
  const what = watched.every((w) => waits(w) === isSignIn(w)) ? ['sign-in'] : labels;
  const named = what.length > 3 ? [...what.slice(0, 2), `${what.length - 2} others`] : what;
  const list = [named.slice(0, -1).join(', '), named.at(-1)].filter(Boolean).join(' and ');
  return `Until an edge answers, ${list} ${named.length > 1 ? 'wait' : 'waits'} and the rest leaves directly.`;
}

function connectingCause({ link }: StatusInputs, attempt: number): string {
  const cause = link.kind === 'connecting' ? link.cause : null;
  return `${cause === null ? '' : `${cause} `}Attempt ${attempt}.`;
}

/** For a sentence that has its own preposition: `until 24 November at 00:05`. */
function bareTime(when: string, now: number, timeZone: string): string {
  return atTime(Date.parse(when), now, timeZone).replace(/^(at|on) /, '');
}
