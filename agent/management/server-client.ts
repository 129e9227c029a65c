// One client of the management socket as the agent sees it: handshake, then requests in order, then events.
import type { Socket } from 'node:net';
import type { z } from 'zod';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { Language } from '../../protocol/language.ts';
import {
  managementMaxMessage,
  managementMethods,
  type ManagementMethod,
  request,
} from '../../protocol/management.ts';
import { parse } from '../../protocol/parse.ts';
import type { WordedStatus } from '../core/status.ts';
import type { FollowFlows } from '../core/flow-changes.ts';
import { createFlowFeed } from './flow-feed.ts';
import type { Handlers } from './handlers.ts';
import { checkProof, type Hello, makeHello, makeProof, readHello } from './handshake.ts';
import { messageStream } from './message-stream.ts';

/** A client that says nothing useful is dropped; ours answers within milliseconds. */
const handshakeWithinMs = 5_000;
/** Requests that one client may have waiting. Our own have one at a time. */
const maxWaiting = 64;

export type ServerClient = {
  /** Sends `status` in the client's language if it subscribed; where it reads slowly, only the latest one. */
  readonly publish: (status: WordedStatus) => void;
  readonly end: () => void;
};

export type ServerClientSetup = {
  readonly key: Buffer;
  readonly nonce: string;
  readonly program: string;
  readonly handlers: Handlers;
  readonly followFlows: FollowFlows;
  readonly closed: (reason: Error | null) => void;
};

type Phase =
  | { readonly kind: 'greeting' }
  | { readonly kind: 'proving'; readonly client: Hello; readonly server: Hello }
  | { readonly kind: 'ready'; readonly language: Language };

export function serveClient(socket: Socket, setup: ServerClientSetup): ServerClient {
  let phase: Phase = { kind: 'greeting' };
  let subscribed = false;
  let latest: WordedStatus | null = null;
  let waiting = 0;
  let queue: Promise<void> = Promise.resolve();
  const late = setTimeout(() => stream.end(new OpenGsaError('timeout', 'no handshake')), handshakeWithinMs);
  const stream = messageStream(socket, {
    message,
    drained: flush,
    closed(reason) {
      clearTimeout(late);
      subscribed = false;
      flows.end();
      setup.closed(reason);
    },
  });
  const flows = createFlowFeed({
    follow: setup.followFlows,
    maySend: () => waiting === 0 && !stream.congested(),
    send: (records) => stream.send({ type: 'event', event: 'flows', flows: records }),
  });
  return {
    publish(status) {
      if (!subscribed) return;
      latest = status;
      flush();
    },
    end: () => stream.end(),
  };

  function message(value: unknown): void {
    switch (phase.kind) {
      case 'greeting':
        phase = greet(value);
        return;
      case 'proving':
        checkProof(value, 'client', setup.key, phase.client, phase.server);
        clearTimeout(late);
        phase = { kind: 'ready', language: phase.client.language ?? 'en' };
        return;
      case 'ready':
        enqueue(parse(request, value, 'request'), phase.language);
    }
  }

  // Nothing is sent before a well-formed hello has come: a program that speaks something else learns nothing.
  function greet(value: unknown): Phase {
    const server = makeHello(setup.program, setup.nonce);
    let client: Hello;
    try {
      client = readHello(value, 'client');
    } catch (error) {
      if (error instanceof OpenGsaError && error.code === 'version-mismatch') stream.send(server);
      throw error;
    }
    stream.send(server);
    stream.send(makeProof('server', setup.key, client, server));
    return { kind: 'proving', client, server };
  }

  function enqueue(asked: Request, language: Language): void {
    if (waiting >= maxWaiting || socket.writableLength > managementMaxMessage)
      throw new OpenGsaError('too-busy', 'too many requests wait');
    waiting += 1;
    queue = queue.then(async () => {
      // From before the answer is made, so that no change falls between it and the first event.
      if (asked.method === 'status.subscribe') subscribed = true;
      stream.send(await answer(setup.handlers, asked, language));
      waiting -= 1;
      flush();
      if (asked.method === 'flows.subscribe') flows.begin();
      if (asked.method === 'flows.unsubscribe') flows.end();
    });
  }

  function flush(): void {
    if (latest === null || phase.kind !== 'ready' || waiting > 0 || stream.congested()) return;
    stream.send({ type: 'event', event: 'status', status: latest(phase.language) });
    latest = null;
  }
}

type Request = z.output<typeof request>;

async function answer(
  handlers: Handlers,
  { id, method, params }: Request,
  language: Language,
): Promise<unknown> {
  try {
    if (!isMethod(method)) {
      throw new OpenGsaError('bad-message', `there is no method ${JSON.stringify(method)}`);
    }
    const checked = parse(managementMethods[method].params, params ?? {}, method);
    // The table pairs each method with its own parameters; TypeScript cannot follow that through an index.
    const handler = handlers[method] as (value: unknown, language: Language) => unknown;
    return { type: 'result', id, result: await handler(checked, language) };
  } catch (error) {
    const code = error instanceof OpenGsaError ? error.code : 'internal';
    return { type: 'error', id, code, message: explain(error) };
  }
}

function isMethod(name: string): name is ManagementMethod {
  return Object.hasOwn(managementMethods, name);
}
