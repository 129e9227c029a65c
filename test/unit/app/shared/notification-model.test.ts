// When a notification is shown: on loss, on recovery after it, on what needs a hand, and on nothing else.
import { describe, expect, test } from 'vitest';
import {
  decideNotice,
  type Notice,
  type NoticeContext,
  noNotices,
} from '../../../../app/shared/notification-model.ts';
import type { Status } from '../../../../protocol/status.ts';
import type { AgentLink, WindowState } from '../../../../protocol/window.ts';
import { exampleStatus } from '../../../support/example-status.ts';
import { since, states } from '../../../support/shown-states.ts';

const context: NoticeContext = { language: 'en', timeOf: (iso) => iso, wanted: true, windowFocused: false };

function live(kind: keyof typeof states): WindowState {
  const [connection, shield] = states[kind];
  const words: Partial<Status> = { title: `Title of ${kind}`, sentence: 'Sentence.', remedy: 'Remedy.' };
  return { link: { kind: 'live' }, status: { ...exampleStatus(), ...words, connection, shield } };
}
const gone = (link: AgentLink): WindowState => ({ ...live('connected'), link });
const absent = gone({ kind: 'absent', since });
const starting: WindowState = { link: { kind: 'starting' }, status: null };

/** What is said while the states follow each other. */
function told(seen: readonly WindowState[], changes: Partial<NoticeContext> = {}): (Notice | null)[] {
  let memory = noNotices;
  return seen.map((state) => {
    const decided = decideNotice(memory, state, { ...context, ...changes });
    memory = decided.memory;
    return decided.notice;
  });
}
const categories = (...seen: WindowState[]) => told(seen).map((notice) => notice?.category ?? null);

describe('a loss', () => {
  test('is told with what it means and what to do, its recovery without', () => {
    expect(told([live('connected'), live('edge-unreachable'), live('connected')])).toEqual([
      null,
      { category: 'loss', title: 'Title of edge-unreachable', body: 'Sentence. Remedy.' },
      { category: 'recovery', title: 'Title of connected', body: 'Sentence.' },
    ]);
  });

  test('is told when the agent goes, and once', () => {
    expect(categories(live('connected'), absent, absent)).toEqual([null, 'loss', null]);
    expect(told([live('connected'), absent])[1]?.title).toBe('Not running');
  });

  test('is none where nothing was there before', () => {
    expect(categories(starting, absent, absent)).toEqual([null, null, null]);
    expect(categories(starting, absent, live('connected'))).toEqual([null, null, null]);
    expect(categories(live('paused'), live('no-internet'))).toEqual([null, null]);
  });

  test('survives the way back: connecting is not yet a recovery', () => {
    expect(categories(live('connected'), live('no-internet'), live('connecting'), live('connected'))).toEqual(
      [...[null, 'loss', null, 'recovery']],
    );
  });

  test('of another kind is told as well', () => {
    expect(categories(live('connected'), live('edge-unreachable'), live('no-internet'))).toEqual([
      ...[null, 'loss', 'loss'],
    ]);
  });
});

test('what needs a hand is told, also at the start', () => {
  for (const kind of ['sign-in-needed', 'captive-portal', 'device-refused'] as const) {
    expect(categories(starting, live(kind), live(kind))).toEqual([null, 'action', null]);
  }
});

test('what the person or the organisation chose is not told', () => {
  for (const kind of ['paused', 'disabled', 'not-enrolled'] as const) {
    expect(categories(live('connected'), live(kind), live('connected'))).toEqual([null, null, null]);
  }
});

test('nothing is told to who looks at a window or wants none, and then no recovery either', () => {
  const seen = [live('connected'), absent, live('connected')];
  expect(told(seen, { wanted: false })).toEqual([null, null, null]);
  expect(told(seen, { windowFocused: true })).toEqual([null, null, null]);
});

test('a person who turns it off after a loss hears of no recovery', () => {
  expect(categories(live('connected'), absent, live('disabled'), live('connected'))).toEqual([
    ...[null, 'loss', null, null],
  ]);
});
