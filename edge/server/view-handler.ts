// Serves the view, and holds a request that knows the present revision until there is a later one.
import type { View } from '../../protocol/view.ts';
import type { Question } from './plain-handler.ts';
import type { PlainAnswer, PlainRequest } from './request.ts';

type Waiter = Pick<PlainRequest, 'thumbprint' | 'signal'>;

export type ViewHandler = {
  /** @param after the revision that the device knows; null asks for the present view */
  readonly answer: (after: number | null, request: Waiter) => Promise<PlainAnswer>;
  /** Wakes everybody who waits: the view has another revision. */
  readonly changed: () => void;
  /** Answers everybody who waits, and keeps nobody waiting from then on. */
  readonly close: () => void;
};

/** Below the minute after which common middleboxes drop a silent connection. */
const waitMs = 55_000;
/** One for the session in use, and some for those that a change of the network left behind. */
const waitsPerDevice = 4;
/** Of all devices; beyond this an answer comes at once. */
const maxWaiting = 20_000;

export function createViewHandler(view: () => View): ViewHandler {
  const waiting = new Set<() => void>();
  const ofDevice = new Map<string, Set<() => void>>();
  let closed = false;
  const wake = () => {
    for (const release of [...waiting]) release();
  };
  const wait = ({ thumbprint, signal }: Waiter) =>
    new Promise<void>((resolve) => {
      const own = ofDevice.get(thumbprint) ?? new Set();
      const release = () => {
        clearTimeout(timer);
        waiting.delete(release);
        own.delete(release);
        if (own.size === 0) ofDevice.delete(thumbprint);
        signal.removeEventListener('abort', release);
        resolve();
      };
      const timer = setTimeout(release, waitMs);
      timer.unref();
      signal.addEventListener('abort', release);
      const [oldest] = own;
      if (own.size >= waitsPerDevice) oldest?.();
      waiting.add(release);
      ofDevice.set(thumbprint, own.add(release));
    });

  return {
    answer: async (after, request) => {
      const known = () => after !== null && view().revision === after;
      if (known() && !closed && !request.signal.aborted && waiting.size < maxWaiting) await wait(request);
      return known() ? { status: 304, fields: noStore, body: '' } : ok(view());
    },
    changed: wake,
    close: () => {
      closed = true;
      wake();
    },
  };
}

/** GET, with `?after=REVISION` for one that is not known yet. */
export function viewQuestion({ answer }: ViewHandler): Question {
  return {
    methods: ['GET'],
    answer: (request, query) => {
      const after = new URLSearchParams(query).get('after');
      if (after !== null && !/^\d{1,15}$/.test(after)) return { status: 400, fields: noStore, body: '' };
      return answer(after === null ? null : Number(after), request);
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
