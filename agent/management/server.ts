// The management socket: where windows and commands reach the agent. Files and rights first, then clients.
import { chmod, chown, lstat, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { WordedStatus } from '../core/status.ts';
import type { FollowFlows } from '../core/flow-changes.ts';
import { makeDirectory } from '../make-directory.ts';
import type { Handlers } from './handlers.ts';
import { keyPath, writeKey } from './key-file.ts';
import { serveClient, type ServerClient } from './server-client.ts';

/** Windows, commands and a script or two; more is a fault or an attack. */
const maxClients = 64;

export type ManagementSetup = {
  readonly socketPath: string;
  /** The numeric group that may use the socket, or null: only this account. */
  readonly group: number | null;
  readonly program: string;
  readonly handlers: Handlers;
  readonly followFlows: FollowFlows;
  readonly randomBytes: (size: number) => Buffer;
  /** A client was dropped for a fault of its own. For the log. */
  readonly refused: (reason: string) => void;
};

export type ManagementServer = {
  readonly publish: (status: WordedStatus) => void;
  /** Ends every client and removes socket and key. */
  readonly close: () => Promise<void>;
};

/**
 * @throws OpenGsaError `address-in-use` where an agent answers already, `bad-permissions` where the directory lets
 *   other accounts replace the socket
 */
export async function startManagement(setup: ManagementSetup): Promise<ManagementServer> {
  const { socketPath, group } = setup;
  await prepareDirectory(dirname(socketPath), group);
  await removeStaleSocket(socketPath);
  const key = setup.randomBytes(32);
  const clients = new Set<ServerClient>();
  const server = createServer((socket) => {
    const client = serveClient(socket, {
      key,
      nonce: setup.randomBytes(32).toString('base64url'),
      program: setup.program,
      handlers: setup.handlers,
      followFlows: setup.followFlows,
      closed(reason) {
        clients.delete(client);
        if (reason !== null) setup.refused(explain(reason));
      },
    });
    clients.add(client);
  });
  server.maxConnections = maxClients;
  // The key is there before the first client can be.
  await withRights(group, () => writeKey(socketPath, key, group));
  await listen(server, socketPath);
  if (group !== null) await letIn(socketPath, group, 0o660);
  return {
    publish: (status) => clients.forEach((client) => client.publish(status)),
    async close() {
      clients.forEach((client) => client.end());
      const { promise, resolve } = Promise.withResolvers<undefined>();
      server.close(() => resolve(undefined));
      await promise;
      await rm(keyPath(socketPath), { force: true });
    },
  };
}

async function prepareDirectory(directory: string, group: number | null): Promise<void> {
  const isNew = await makeDirectory(directory, 'name another --socket');
  if (isNew && group !== null) await letIn(directory, group, 0o750);
  const { mode, gid } = await lstat(directory);
  const sticky = (mode & 0o1000) !== 0;
  if ((mode & 0o002) !== 0 && !sticky) throw replaceable(directory);
  const enters = (mode & 0o001) !== 0 || (gid === group && (mode & 0o010) !== 0);
  // A directory that was there before may hold other things: its rights are its owner's to widen.
  if (group === null || enters) return;
  throw new OpenGsaError(
    'bad-permissions',
    `${directory}: the group of management.group cannot enter; run chgrp ${group} ${directory} && chmod 0750 ${directory}`,
  );
}

function replaceable(directory: string): OpenGsaError {
  return new OpenGsaError(
    'bad-permissions',
    `${directory}: every account may replace the management socket there; run chmod o-w ${directory}`,
  );
}

/** The group before the mode: no other group gets the rights in between. */
async function letIn(path: string, group: number, mode: number): Promise<void> {
  await withRights(group, () => chown(path, -1, group));
  await chmod(path, mode);
}

async function withRights(group: number | null, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (group === null || (cause as NodeJS.ErrnoException).code !== 'EPERM') throw cause;
    throw new OpenGsaError(
      'bad-permissions',
      `management.group: this account may not give files to the group ${group}; run the agent as one of its members`,
      { cause },
    );
  }
}

// A killed agent leaves its socket behind; nobody answers there and it may go.
async function removeStaleSocket(path: string): Promise<void> {
  const facts = await lstat(path).catch(() => null);
  if (facts === null) return;
  if (!facts.isSocket()) {
    throw new OpenGsaError(
      'address-in-use',
      `${path} exists and is not a socket; choose another with --socket`,
    );
  }
  if (await somebodyAnswers(path)) {
    throw new OpenGsaError(
      'address-in-use',
      `an agent runs already and answers on ${path}; stop it first, or choose another path with --socket`,
    );
  }
  await rm(path, { force: true });
}

function somebodyAnswers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.on('connect', () => resolve(true));
  // Refused means that no process listens; any other fault is no proof, and the socket stays.
  socket.on('error', (error: NodeJS.ErrnoException) =>
    resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
  );
  return promise.finally(() => socket.destroy());
}

async function listen(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', (cause) =>
    reject(new OpenGsaError('address-in-use', `${path}: cannot listen there`, { cause })),
  );
  // Node binds before listen() returns, so the socket never exists with wider rights.
  const umask = process.umask(0o177);
  try {
    server.listen(path, () => resolve(undefined));
  } finally {
    process.umask(umask);
  }
  await promise;
  // From here on only accept() can fail, for want of descriptors: that client is lost, the agent is not.
  server.on('error', () => undefined);
}
