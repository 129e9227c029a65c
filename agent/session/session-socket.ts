// One session per person: whoever listens here keeps the setting, and tells whoever asks what it does.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { OpenGsaError } from '../../protocol/error.ts';
import { parse } from '../../protocol/parse.ts';
import { type SessionReport, sessionReport } from '../core/session-report.ts';
import { makeDirectory } from '../make-directory.ts';

export type SessionSocket = { readonly close: () => Promise<void> };

const patienceMs = 5_000;
const mostBytes = 256 * 1024;
const maxConnections = 8;

/** The system ends it with its process, so that a killed session is not in the way. */
function socketPath(stateDir: string): string {
  const name = createHash('sha256').update(stateDir).digest('hex').slice(0, 24);
  return process.platform === 'win32'
    ? String.raw`\\.\pipe\opengsa-session-${name}`
    : join(stateDir, 'session', 'session.sock');
}

/**
 * @param report null until the first look is over
 * @throws OpenGsaError `conflict` where a session runs already
 */
export async function openSessionSocket(
  stateDir: string,
  report: () => SessionReport | null,
): Promise<SessionSocket> {
  const path = socketPath(stateDir);
  await makeDirectory(join(stateDir, 'session'), 'name another --state-dir');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.end(JSON.stringify(report()));
  });
  server.maxConnections = maxConnections;
  if (!(await listens(server, path))) {
    await refuseSecond(path, stateDir);
    // Nobody answers: it is what a killed session has left.
    await rm(path, { force: true });
    if (!(await listens(server, path))) throw alreadyRuns(stateDir);
  }
  return {
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** What the running session reports; null where none runs, `starting` before its first look. */
export async function askSession(stateDir: string): Promise<SessionReport | 'starting' | null> {
  const text = await answerAt(socketPath(stateDir));
  if (text === null) return null;
  const value: unknown = JSON.parse(text === '' ? 'null' : text);
  return value === null ? 'starting' : parse(sessionReport, value, 'answer of the running session');
}

async function refuseSecond(path: string, stateDir: string): Promise<void> {
  if ((await answerAt(path)) !== null) throw alreadyRuns(stateDir);
}

/** Null: nobody listens. */
function answerAt(path: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    socket.setEncoding('utf8').setTimeout(patienceMs, () => {
      socket.destroy(
        new OpenGsaError('timeout', `the running session gave no answer within ${patienceMs / 1000} s`),
      );
    });
    socket.on('data', (part: string) => {
      text += part;
      if (text.length > mostBytes)
        socket.destroy(new OpenGsaError('bad-message', `${path}: too long an answer`));
    });
    socket.on('end', () => resolve(text));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ECONNREFUSED') resolve(null);
      else reject(error instanceof OpenGsaError ? error : unusable(path, error));
    });
  });
}

function listens(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      server.off('listening', listening);
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(unusable(path, error));
    };
    const listening = () => {
      server.off('error', failed);
      resolve(true);
    };
    server.once('error', failed).once('listening', listening).listen(path);
  });
}

function unusable(path: string, cause: unknown): OpenGsaError {
  // The kernel's word for a path that is too long says nothing of lengths.
  const isTooLong = cause instanceof Error && 'code' in cause && cause.code === 'EINVAL';
  return isTooLong
    ? new OpenGsaError(
        'bad-usage',
        `${path}: is too long for a socket, which takes about 100 characters; name a shorter --state-dir`,
      )
    : new OpenGsaError(
        'bad-permissions',
        `${path}: the session cannot use it; see to its rights, or name another --state-dir`,
        { cause },
      );
}

function alreadyRuns(stateDir: string): OpenGsaError {
  return new OpenGsaError(
    'conflict',
    `a session runs already for ${stateDir}: see "opengsa session status", and stop that one first`,
  );
}
