// Which words are said of what needs a look: title, cause and remedy of each kind of attention.
import { assertNever } from '../../protocol/error.ts';
import type { Attention } from '../../protocol/status.ts';
import { alike } from './address-mismatch.ts';
import type { StatusInputs } from './status-inputs.ts';
import { momentIn, organisationOf, type WordsContext } from './words-context.ts';
import { type Words, wordsIn } from './words/words.ts';

export type AttentionWords = {
  readonly title: string;
  /** In place of the prediction, where another sentence says more. */
  readonly sentence: string | null;
  readonly cause: string;
  readonly remedy: string;
};

export function attentionWords(attention: Attention, context: WordsContext): AttentionWords {
  const { inputs, language } = context;
  const words = wordsIn(language).attention;
  const organisation = organisationOf(inputs);
  const oneThing = { title: words.oneThing, sentence: null };
  switch (attention.kind) {
    case 'signaling-disabled':
      return {
        title: words.signalingDisabled.title,
        sentence: null,
        cause: words.signalingDisabled.cause(organisation, momentIn(context, attention.since)),
        remedy: words.signalingDisabled.remedy(organisation),
      };
    case 'address-ambiguous':
      return {
        title: words.addressAmbiguous.title,
        sentence: null,
        cause: ambiguousCause(attention.candidates, words),
        remedy: words.addressAmbiguous.remedy,
      };
    case 'channels-unreachable':
      return {
        title: words.channelsUnreachable.title(attention.unreachable.length, inputs.channels.length),
        sentence: null,
        cause: channelsCause(attention.unreachable, inputs) ?? words.channelsUnreachable.noAnswer,
        remedy: words.channelsUnreachable.remedy,
      };
    case 'address-mismatch':
      return { ...oneThing, ...mismatchWords(attention, context), remedy: words.addressMismatch.showRemedy };
    case 'microsoft-undecided':
      return {
        ...oneThing,
        cause: words.microsoftUndecided.cause(organisation),
        remedy: words.microsoftUndecided.remedy(organisation),
      };
    case 'foreign-edge':
      return { ...oneThing, cause: words.foreignEdge.cause, remedy: words.foreignEdge.remedy(organisation) };
    case 'profile-refused':
      return {
        ...oneThing,
        cause: words.profileRefused.cause(attention.cause),
        remedy: words.profileRefused.remedy,
      };
    case 'capture-impaired':
    case 'program-rules-idle':
      return { ...oneThing, cause: attention.cause, remedy: attention.remedy };
    default:
      return assertNever(attention);
  }
}

function ambiguousCause(candidates: readonly string[], { addressAmbiguous }: Words['attention']): string {
  return candidates.length > 1 ? addressAmbiguous.disagreement(candidates) : addressAmbiguous.noProof;
}

function channelsCause(names: readonly string[], { channels }: StatusInputs): string | null {
  const causes = channels.filter((channel) => names.includes(channel.name)).map(({ cause }) => cause);
  return causes.find((cause) => cause !== null) ?? null;
}

type Mismatch = Extract<Attention, { kind: 'address-mismatch' }>;

/** Who sees what, why, and who can change it. */
export function mismatchWords(
  { seen }: Mismatch,
  { inputs, language }: Pick<WordsContext, 'inputs' | 'language'>,
): Record<'sentence' | 'cause' | 'remedy', string> {
  const words = wordsIn(language).attention.addressMismatch;
  return {
    sentence: words.sentence(alike(seen)),
    cause: mismatchCause(inputs, words),
    remedy: words.remedy(organisationOf(inputs)),
  };
}

/** Names the ones that take the rarer way; they are what differs. */
function mismatchCause({ watched }: StatusInputs, words: Words['attention']['addressMismatch']): string {
  const group = watched.filter((w) => w.group !== null);
  const direct = group.filter((w) => w.decision.action === 'direct');
  const through = group.filter((w) => w.decision.action === 'tunnel');
  if (direct.length === 0 || through.length === 0) return words.severalEgresses;
  const few = direct.length <= through.length ? direct : through;
  const names = few.map((w) => w.group ?? w.label);
  const reasons: Readonly<Record<string, string>> = words.reasons;
  const reason = reasons[few[0]?.decision.reason ?? ''];
  const because = reason === undefined ? '' : ` (${reason})`;
  return few === direct ? words.fewDirect(names, because) : words.fewThrough(names, because);
}
