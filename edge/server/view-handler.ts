// Serves the view, and holds a request that knows the present revision until there is a later one.
import type { View } from '../../protocol/view.ts';
import type { PlainAnswer } from './request.ts';

export type ViewHandler = {
  /** @param after the revision that the device knows; null asks for the present view */
  readonly answer: (after: number | null, signal: AbortSignal) => Promise<PlainAnswer>;
  /** Wakes everybody who waits: the view has another revision. */
  readonly changed: () => void;
  /** Answers everybody who waits, and keeps nobody waiting from then on. */
  readonly close: () => void;
};

/** Below the minute after which common middleboxes drop a silent connection. */
const waitMs = 55_000;
/** A device waits once per session; beyond this an answer comes at once. */
const maxWaiting = 20_000;

export function createViewHandler(view: () => View): ViewHandler {
  const waiting = new Set<() => void>();
  let closed = false;
  const wake = () => {
    for (const release of [...waiting]) release();
  };
  const wait = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const release = () => {
        clearTimeout(timer);
        waiting.delete(release);
        signal.removeEventListener('abort', release);
        resolve();
      };
      const timer = setTimeout(release, waitMs);
      timer.unref();
      signal.addEventListener('abort', release);
      waiting.add(release);
    });

  return {
    answer: async (after, signal) => {
      const known = () => after !== null && view().revision === after;
      if (known() && !closed && !signal.aborted && waiting.size < maxWaiting) await wait(signal);
      return known() ? { status: 304, fields: noStore, body: '' } : ok(view());
    },
    changed: wake,
    close: () => {
      closed = true;
      wake();
    },
  };
}

const noStore = { 'cache-control': 'no-store' } as const;

function ok(view: View): PlainAnswer {
  return {
    status: 200,
    fields: { ...noStore, 'content-type': 'application/json' },
    body: JSON.stringify(view),
  };
}
