// When the person is told something by a notification: a loss, the recovery after it, and what needs a hand. Nothing else.
import type { Language } from '../../protocol/language.ts';
import type { ConnectionState } from '../../protocol/status.ts';
import type { WindowState } from '../../protocol/window.ts';
import { windowWords } from './window-words.ts';

export type Notice = {
  readonly category: 'loss' | 'recovery' | 'action';
  readonly title: string;
  readonly body: string;
};

/** How things stood when they were last clear, and whether the person was told of a loss since. */
export type NoticeMemory = {
  readonly standing: Standing;
  readonly toldLoss: boolean;
  /** The title of the last notice; the same is not said twice in a row. */
  readonly told: string | null;
};

/** `idle`: nothing is routed, by choice or because the device belongs nowhere. `unclear`: on the way to something. */
type Standing = 'never-clear' | 'good' | 'idle' | 'lost' | 'action';

export const noNotices: NoticeMemory = { standing: 'never-clear', toldLoss: false, told: null };

export type NoticeContext = {
  readonly language: Language;
  readonly timeOf: (iso: string) => string;
  /** The person's setting. */
  readonly wanted: boolean;
  /** Who looks at a window sees it there. */
  readonly windowFocused: boolean;
};

/** What to remember, and what to say if anything. A loss counts only where something was there before. */
export function decideNotice(
  memory: NoticeMemory,
  state: WindowState,
  context: NoticeContext,
): { readonly memory: NoticeMemory; readonly notice: Notice | null } {
  const standing = standingOf(state);
  if (standing === 'unclear') return { memory, notice: null };
  const category = categoryOf(memory, standing);
  const { title, sentence, remedy } = windowWords(state, context.language, context.timeOf);
  const silent = category === null || !context.wanted || context.windowFocused;
  const repeated = category !== 'recovery' && memory.told === title;
  const notice =
    silent || repeated
      ? null
      : {
          category,
          title,
          body: [sentence, category === 'recovery' ? null : remedy].filter(Boolean).join(' '),
        };
  const over = standing === 'good' || standing === 'idle';
  return {
    memory: {
      // A loss that begins before anything was there stays none.
      standing: standing === 'lost' && category === null ? memory.standing : standing,
      toldLoss: !over && (memory.toldLoss || (notice !== null && category !== 'recovery')),
      told: over ? null : (notice?.title ?? memory.told),
    },
    notice,
  };
}

function categoryOf(memory: NoticeMemory, standing: Standing): Notice['category'] | null {
  switch (standing) {
    case 'lost':
      return memory.standing === 'never-clear' || memory.standing === 'idle' ? null : 'loss';
    case 'action':
      return 'action';
    case 'good':
      return memory.toldLoss ? 'recovery' : null;
    default:
      return null;
  }
}

function standingOf({ link, status }: WindowState): Standing | 'unclear' {
  switch (link.kind) {
    case 'starting':
      return 'unclear';
    case 'absent':
    case 'denied':
    case 'refused':
      return 'lost';
    case 'live':
      return status === null ? 'unclear' : ofConnection(status.connection);
  }
}

function ofConnection({ kind }: ConnectionState): Standing | 'unclear' {
  switch (kind) {
    case 'connected':
      return 'good';
    case 'connecting':
      return 'unclear';
    case 'not-enrolled':
    case 'disabled':
    case 'paused':
      return 'idle';
    case 'edge-unreachable':
    case 'edge-untrusted':
    case 'no-internet':
      return 'lost';
    case 'device-refused':
    case 'sign-in-needed':
    case 'captive-portal':
      return 'action';
  }
}
