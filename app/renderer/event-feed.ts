// What the page is told without asking, over one streamed answer that is asked for again when it breaks.
import { createLineSplitter } from '../shared/line-splitter.ts';
import { askOwnServer } from './own-server.ts';

export type EventFeedSetup = {
  readonly token: string;
  readonly language: string;
  readonly told: (event: string, value: unknown) => void;
  /** Nothing is heard, and it is being tried again. */
  readonly lost: () => void;
  /** It is tried no more: the key is refused, or nobody listens. */
  readonly ended: (why: 'refused' | 'gone') => void;
};

export type EventFeed = {
  /** With flows or without: the stream is another then. */
  readonly followFlows: (on: boolean) => void;
};

/** Waits between tries after a loss, ms; after the last the server counts as gone. */
const waits = [100, 250, 500, 1_000, 2_000, 2_000];
/** The server says something every 15 s. */
const silenceMs = 40_000;

/** Begins at once. */
export function openEventFeed(setup: EventFeedSetup): EventFeed {
  let flows = false;
  let tries = 0;
  let current = new AbortController();
  let retry: ReturnType<typeof setTimeout> | undefined;

  async function listen(signal: AbortSignal): Promise<void> {
    try {
      const query = new URLSearchParams({ language: setup.language, ...(flows && { flows: '1' }) });
      const response = await askOwnServer(`/api/events?${query}`, {
        headers: { authorization: `Bearer ${setup.token}` },
        signal,
      });
      if (response.status === 401) {
        setup.ended('refused');
        return;
      }
      if (response.ok && response.body !== null) await readLines(response.body, heard);
    } catch {
      // A stream that breaks and one that cannot be had are mended the same way.
    }
    if (!signal.aborted) again();
  }

  const heard = (line: string): void => {
    tries = 0;
    const { event, value } = JSON.parse(line) as { readonly event: string; readonly value?: unknown };
    if (event !== 'beat') setup.told(event, value);
  };
  const begin = (): void => {
    clearTimeout(retry);
    current.abort();
    current = new AbortController();
    void listen(current.signal);
  };
  const again = (): void => {
    const wait = waits[tries];
    tries += 1;
    if (wait === undefined) setup.ended('gone');
    else {
      setup.lost();
      retry = setTimeout(begin, wait);
    }
  };
  begin();
  return {
    followFlows(on) {
      if (on === flows) return;
      flows = on;
      begin();
    },
  };
}

/** Resolves when the stream is over, and where nothing came for too long. */
async function readLines(body: ReadableStream<Uint8Array>, heard: (line: string) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const take = createLineSplitter();
  for (;;) {
    const silence = setTimeout(() => void reader.cancel(), silenceMs);
    const piece = await reader.read().finally(() => clearTimeout(silence));
    if (piece.done) return;
    take(decoder.decode(piece.value, { stream: true })).forEach(heard);
  }
}
