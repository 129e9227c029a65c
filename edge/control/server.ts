// The running edge's end of the control socket: a Unix socket that only the edge's own user (and root) can open.
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import { createFrameDecoder, encodeFrame } from '../../protocol/frame.ts';
import { parse } from '../../protocol/parse.ts';
import {
  type ControlHandlers,
  controlMaxMessage,
  type ControlMethod,
  controlMethods,
  controlRequest,
  controlVersion,
} from './requests.ts';

/** Commands are few and short; more than this is a fault of a script. */
const maxConnections = 32;
const idleMs = 60_000;
/** The longest path that fits the system's address structure on every platform (104 bytes on macOS, with its end). */
const maxPathBytes = 103;

export type ControlServer = {
  /** Takes no further request, ends the connections and removes the socket. */
  readonly close: () => Promise<void>;
};

/**
 * @param onFault told of connections that break the protocol; they are ended
 * @throws OpenGsaError `address-in-use` where another edge answers on the socket; `bad-config` for a path too long
 */
export async function startControlServer(options: {
  readonly path: string;
  readonly handlers: ControlHandlers;
  readonly onFault: (error: unknown) => void;
}): Promise<ControlServer> {
  const { path, handlers, onFault } = options;
  if (Buffer.byteLength(path) > maxPathBytes) {
    throw new OpenGsaError('bad-config', `${path}: too long for a socket; choose a shorter --state-dir`);
  }
  await removeStaleSocket(path);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, handlers, onFault);
  });
  server.maxConnections = maxConnections;
  await listen(server, path);
  server.on('error', onFault);
  return {
    close: () =>
      new Promise((resolve) => {
        // Node removes the socket's file with the listener.
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A file that nobody listens on is left from an edge that was killed. */
async function removeStaleSocket(path: string): Promise<void> {
  if (await somebodyListens(path)) {
    throw new OpenGsaError('address-in-use', `${path}: another edge runs with this state directory`);
  }
  rmSync(path, { force: true });
}

function somebodyListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // A full backlog (EAGAIN) is a listener too.
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EAGAIN'));
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new OpenGsaError(
          cause.code === 'EADDRINUSE' ? 'address-in-use' : 'bad-permissions',
          `${path}: the control socket cannot be made`,
          { cause },
        ),
      ),
    );
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve();
    });
  });
}

function serve(socket: Socket, handlers: ControlHandlers, onFault: (error: unknown) => void): void {
  const decoder = createFrameDecoder(controlMaxMessage);
  const refuse = (error: unknown): void => {
    onFault(error);
    socket.destroy();
  };
  socket.setTimeout(idleMs, () => socket.destroy());
  // The caller went away: its command tells its person.
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    try {
      for (const message of decoder.push(chunk)) {
        answer(message, handlers)
          .then((reply) => socket.write(encodeFrame(reply, controlMaxMessage)))
          .catch(refuse);
      }
    } catch (error) {
      refuse(error);
    }
  });
}

/** Rejects only where the message is no request at all. */
async function answer(message: unknown, handlers: ControlHandlers): Promise<object> {
  const { version, id, method, params } = parse(controlRequest, message, 'control request');
  try {
    if (version !== controlVersion) {
      throw new OpenGsaError(
        'version-mismatch',
        `the running edge speaks version ${controlVersion} of the control socket, this command ${version}: ` +
          'restart the edge after an update',
      );
    }
    return { type: 'result', id, result: await call(method, params, handlers) };
  } catch (error) {
    const code = error instanceof OpenGsaError ? error.code : 'internal';
    return { type: 'error', id, code, message: explain(error) };
  }
}

async function call(method: string, params: unknown, handlers: ControlHandlers): Promise<unknown> {
  if (!isMethod(method))
    throw new OpenGsaError('bad-message', `the edge does not know the request ${method}`);
  const checked = parse(controlMethods[method].params, params, method);
  // The table gives each method the schema of its own handler; the compiler cannot follow the pair.
  const handler = handlers[method] as (params: unknown) => unknown;
  return await handler(checked);
}

function isMethod(method: string): method is ControlMethod {
  return Object.hasOwn(controlMethods, method);
}
