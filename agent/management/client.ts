// The other end of the management socket: how commands and windows talk to the agent.
import { randomBytes } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { connect } from 'node:net';
import type { z } from 'zod';
import { OpenGsaError } from '../../protocol/error.ts';
import type { Language } from '../../protocol/language.ts';
import {
  managementMethods,
  type ManagementMethod,
  type ManagementParams,
  type ManagementResult,
  serverMessage,
} from '../../protocol/management.ts';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import { parse } from '../../protocol/parse.ts';
import type { Status } from '../../protocol/status.ts';
import { checkProof, type Hello, makeHello, makeProof, readHello } from './handshake.ts';
import { accessDenied, notRunning, readKey } from './key-file.ts';
import { type MessageStream, messageStream } from './message-stream.ts';

/** An agent that lives answers the handshake within milliseconds, the longest request within a probe's time. */
const answerWithinMs = 20_000;

export type ManagementClient = {
  readonly call: <M extends ManagementMethod>(
    method: M,
    params: ManagementParams<M>,
  ) => Promise<ManagementResult<M>>;
  /** Resolves when the connection is over, with the reason if it was a fault. */
  readonly closed: Promise<Error | null>;
  readonly close: () => void;
};

/** The agent has ended a connection that should have lasted. */
export function agentEnded(cause: Error | null): OpenGsaError {
  return new OpenGsaError('agent-not-running', 'the agent ended the connection', {
    cause: cause ?? undefined,
  });
}

export type ClientSetup = {
  readonly socketPath: string;
  /** Who asks, for the agent's log. */
  readonly program: string;
  /** In which the agent is to speak to the person; English where none is given. */
  readonly language?: Language;
  /** Gets every status after `status.subscribe`. */
  readonly status?: (status: Status) => void;
  /** Gets every record, then those that are new or changed, after `flows.subscribe`. */
  readonly flows?: (flows: readonly FlowRecord[]) => void;
};

/** @throws OpenGsaError `agent-not-running`, `access-denied`, `version-mismatch`, `timeout` or `bad-message` */
export async function connectToAgent(setup: ClientSetup): Promise<ManagementClient> {
  await checkSocket(setup.socketPath);
  const key = await readKey(setup.socketPath);
  const ready = Promise.withResolvers<undefined>();
  const closed = Promise.withResolvers<Error | null>();
  const pending = new Map<number, PendingCall>();
  const own = makeHello(setup.program, randomBytes(32).toString('base64url'), setup.language);
  let peer: Hello | null = null;
  let proven = false;
  let lastId = 0;

  const socket = connect(setup.socketPath);
  const stream: MessageStream = messageStream(socket, { message, closed: over });
  socket.once('connect', () => stream.send(own));
  const late = setTimeout(() => stream.end(timeout('handshake')), answerWithinMs);
  await ready.promise.finally(() => clearTimeout(late));
  return { call, closed: closed.promise, close: () => stream.end() };

  function message(value: unknown): void {
    if (peer === null) {
      peer = readHello(value, 'agent');
      return;
    }
    if (!proven) {
      checkProof(value, 'server', key, own, peer);
      proven = true;
      stream.send(makeProof('client', key, own, peer));
      ready.resolve(undefined);
      return;
    }
    dispatch(parse(serverMessage, value, 'message of the agent'), pending, setup);
  }

  function over(reason: Error | null): void {
    const error = connectionError(reason, setup.socketPath, peer !== null);
    ready.reject(error);
    for (const waiting of pending.values()) waiting.reject(error);
    pending.clear();
    closed.resolve(reason);
  }

  async function call<M extends ManagementMethod>(
    method: M,
    params: ManagementParams<M>,
  ): Promise<ManagementResult<M>> {
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => reject(timeout(method)), answerWithinMs);
    pending.set(id, { resolve, reject });
    if (socket.destroyed) reject(connectionError(null, setup.socketPath, true));
    stream.send({ type: 'request', id, method, params });
    try {
      const result = await promise;
      return parse<z.ZodType>(
        managementMethods[method].result,
        result,
        `answer to ${method}`,
      ) as ManagementResult<M>;
    } finally {
      clearTimeout(timer);
      pending.delete(id);
    }
  }
}

type PendingCall = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };

function dispatch(
  message: z.output<typeof serverMessage>,
  pending: ReadonlyMap<number, PendingCall>,
  { status, flows }: ClientSetup,
): void {
  switch (message.type) {
    case 'result':
      pending.get(message.id)?.resolve(message.result);
      return;
    case 'error':
      pending.get(message.id)?.reject(new OpenGsaError(message.code, message.message));
      return;
    case 'event':
      if (message.event === 'status') status?.(message.status);
      else flows?.(message.flows);
  }
}

// Something else under the socket's name must not get our hello.
async function checkSocket(path: string): Promise<void> {
  try {
    if ((await lstat(path)).isSocket()) return;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw code === 'EACCES' ? accessDenied(path, cause) : notRunning(path);
  }
  throw new OpenGsaError('bad-message', `${path} is not a socket`);
}

function connectionError(reason: Error | null, path: string, greeted: boolean): Error {
  if (reason instanceof OpenGsaError) return reason;
  const code = reason !== null && 'code' in reason ? reason.code : null;
  if (code === 'EACCES' || code === 'EPERM') return accessDenied(path, reason);
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return notRunning(path);
  if (greeted) return agentEnded(reason);
  return new OpenGsaError('too-busy', `the agent on ${path} accepts no more clients; try again later`);
}

function timeout(what: string): OpenGsaError {
  return new OpenGsaError('timeout', `the agent gave no answer to ${what} within ${answerWithinMs / 1000} s`);
}
