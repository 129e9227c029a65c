// The words for what needs a look: title, cause and remedy of each kind of attention.
import { assertNever } from '../../protocol/error.ts';
import type { Attention } from '../../protocol/status.ts';
import type { StatusInputs } from './status-inputs.ts';
import { atTime } from './time-words.ts';
import { itName, organisationName, type WordsContext } from './words-context.ts';

export type AttentionWords = {
  readonly title: string;
  /** In place of the prediction, where another sentence says more. */
  readonly sentence: string | null;
  readonly cause: string;
  readonly remedy: string;
};

const oneThing = 'Connected, 1 thing to look at';

export function attentionWords(attention: Attention, { inputs, now }: WordsContext): AttentionWords {
  switch (attention.kind) {
    case 'signaling-disabled':
      return {
        title: 'Connected, addresses not passed on',
        sentence: null,
        cause: `${organisationName(inputs)} turned signalling off ${atTime(Date.parse(attention.since), now, inputs.timeZone)}.`,
        remedy: `Ask ${itName(inputs)} if sign-in fails.`,
      };
    case 'address-ambiguous':
      return {
        title: 'Address not proven',
        sentence: null,
        cause: ambiguousCause(attention.candidates),
        remedy: 'Check now. If it stays, tell IT that this network has several uplinks.',
      };
    case 'channels-unreachable':
      return {
        title: `${attention.unreachable.length} of ${inputs.channels.length} channels unreachable`,
        sentence: null,
        cause: channelsCause(attention.unreachable, inputs),
        remedy: 'Look at the health check.',
      };
    case 'address-mismatch':
      return {
        title: oneThing,
        ...mismatchWords(attention, inputs),
        remedy: 'Show in Source address.',
      };
    case 'microsoft-undecided':
      return {
        title: oneThing,
        sentence: null,
        cause: `${organisationName(inputs)} has not chosen anchor or direct for Microsoft's services.`,
        remedy: `Ask ${itName(inputs)} to choose.`,
      };
    case 'foreign-edge':
      return {
        title: oneThing,
        sentence: null,
        cause: 'This edge is of another make and does not say what it does with addresses.',
        remedy: `Ask ${itName(inputs)} which address services see.`,
      };
    case 'profile-refused':
      return {
        title: oneThing,
        sentence: null,
        cause: `A stored profile cannot be used: ${attention.cause}.`,
        remedy: 'Import the profile again, or remove its file and start the agent again.',
      };
    case 'capture-impaired':
    case 'program-rules-idle':
      return { title: oneThing, sentence: null, cause: attention.cause, remedy: attention.remedy };
    default:
      return assertNever(attention);
  }
}

function ambiguousCause(candidates: readonly string[]): string {
  return candidates.length > 1
    ? `${candidates.length === 2 ? 'Two' : String(candidates.length)} checks disagree: ${candidates.join(' and ')}.`
    : 'No check could prove the address of this network.';
}

function channelsCause(names: readonly string[], { channels }: StatusInputs): string {
  const causes = channels.filter((channel) => names.includes(channel.name)).map(({ cause }) => cause);
  return causes.find((cause) => cause !== null) ?? 'The edge gave no answer.';
}

type Mismatch = Extract<Attention, { kind: 'address-mismatch' }>;

/** Who sees what, why, and who can change it. */
export function mismatchWords(
  { seen }: Mismatch,
  inputs: StatusInputs,
): Record<'sentence' | 'cause' | 'remedy', string> {
  return {
    sentence: mismatchSentence(seen),
    cause: mismatchCause(inputs),
    remedy: `Ask ${itName(inputs)} to send all of them one way: directly, or through the edge as anchor.`,
  };
}

/** `Sign-in, Graph and Exchange will see 198.51.100.5, SharePoint will see 203.0.113.7.` */
function mismatchSentence(seen: Mismatch['seen']): string {
  const groups = new Map<string, string[]>();
  for (const { group, addresses } of seen) {
    const what = addresses.join(' or ');
    groups.set(what, [...(groups.get(what) ?? []), group]);
  }
  return `${[...groups].map(([what, names]) => `${listed(names)} will see ${what}`).join(', ')}.`;
}

/** Names the ones that take the rarer way; they are what differs. */
function mismatchCause({ watched }: StatusInputs): string {
  const group = watched.filter((w) => w.group !== null);
  const direct = group.filter((w) => w.decision.action === 'direct');
  const through = group.filter((w) => w.decision.action === 'tunnel');
  if (direct.length === 0 || through.length === 0) return 'The edge sends them out from different addresses.';
  const few = direct.length <= through.length ? direct : through;
  const names = listed(few.map((w) => w.group ?? w.label));
  const reason = few[0]?.decision.reason ?? '';
  const one = few.length === 1;
  return few === direct
    ? `${names} ${one ? 'leaves' : 'leave'} directly (${reason}); the others go through the edge.`
    : `${names} ${one ? 'goes' : 'go'} through the edge (${reason}); the others leave directly.`;
}

function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' and ');
}
