// The Chrome DevTools Protocol over a pair of pipes: commands, answers and events of the browser and of its pages.
import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { CDPSession } from 'playwright-core';

/** One conversation, with the browser or with a page, in Playwright's typed form of the protocol. */
export type DevtoolsSession = Pick<CDPSession, 'send' | 'on'>;

export type DevtoolsConnection = {
  /** The conversation with the page of that session; with the browser itself for `undefined`. */
  readonly session: (id?: string) => DevtoolsSession;
};

type Message = {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};

type Pending = {
  readonly method: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
};

/** Speaks over the pipes that `--remote-debugging-pipe` reads and writes. */
export function connectDevtools(input: Writable, output: Readable): DevtoolsConnection {
  const pending = new Map<number, Pending>();
  const sessions = new Map<string | undefined, { session: DevtoolsSession; events: EventEmitter }>();
  let last = 0;

  const send = (sessionId: string | undefined, method: string, params: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1;
      pending.set(last, { method, resolve, reject });
      input.write(`${JSON.stringify({ id: last, sessionId, method, params })}\0`);
    });
  const entry = (id: string | undefined) => {
    const known = sessions.get(id);
    if (known !== undefined) return known;
    const events = new EventEmitter();
    const session = {
      send: (method: string, params: unknown = {}) => send(id, method, params),
      on: (event: string, listener: (payload: unknown) => void) => events.on(event, listener),
    };
    const made = { session: session as unknown as DevtoolsSession, events };
    sessions.set(id, made);
    return made;
  };
  const receive = ({ id, sessionId, method, params, result, error }: Message): void => {
    if (id === undefined) {
      if (method !== undefined) entry(sessionId).events.emit(method, params);
      return;
    }
    const waiting = pending.get(id);
    pending.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(`${waiting.method}: ${error.message}`));
  };

  readMessages(output, receive);
  // The browser's end is told by its process; a write that it no longer reads says nothing more.
  input.on('error', () => undefined);
  output.once('close', () => {
    for (const { method, reject } of pending.values()) reject(new Error(`${method}: the browser has ended`));
    pending.clear();
  });
  return { session: (id) => entry(id).session };
}

/** Messages are separated by a zero byte. */
function readMessages(output: Readable, receive: (message: Message) => void): void {
  let rest = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) receive(JSON.parse(part) as Message);
  });
}
