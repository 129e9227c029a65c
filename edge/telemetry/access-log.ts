// Writes the access log: one JSON line per record, to a file or standard output, without ever holding up a flow.
import { closeSync, constants, fstatSync, openSync, write } from 'node:fs';
import { OpenGsaError } from '../../protocol/error.ts';

/** What waits for a slow disk or reader; records beyond it are dropped and counted. Some 20,000 flows. */
const maxWaitingBytes = 16 * 1024 * 1024;
/** A full pipe does not say when it has room again. */
const retryMs = 20;
/** After so long a reader that takes nothing no longer holds up the end of the edge. */
const closePatienceMs = 5000;
const standardOutput = 1;
const lineEnd = 0x0a;

export type AccessLog = {
  /** Never throws and never waits. Does nothing after the log was closed. */
  readonly write: (record: object) => void;
  /** Opens the file by its name again, after it was moved away. The former file goes on where that fails. */
  readonly reopen: () => void;
  /** Resolves when everything is written, or a reader that takes nothing was waited for long enough. */
  readonly close: () => Promise<void>;
};

/**
 * @param file a path, or `-` for standard output
 * @param onFault told once per series of failures, and when records were dropped
 * @throws OpenGsaError `bad-permissions` where the file cannot be opened or others may read it
 */
export function openAccessLog(file: string, onFault: (error: unknown) => void): AccessLog {
  let descriptor = openLog(file);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  /** The descriptor of the write under way. */
  let writingTo: number | null = null;
  let failing = false;
  /** The last write stopped within a line. */
  let cut = false;
  /** Set by close: when to give up, in ms since the epoch. */
  let giveUpAt = Infinity;
  let closed = false;
  const whenIdle: (() => void)[] = [];
  const hasEnough = (): boolean => Date.now() >= giveUpAt;

  const add = (record: object): void => {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    waiting.push(line);
    waitingBytes += line.length;
  };

  const flush = (): void => {
    if (writingTo !== null) return;
    if (waiting.length === 0) {
      for (const settle of whenIdle.splice(0)) settle();
      return;
    }
    const batch = Buffer.concat(cut ? [Buffer.of(lineEnd), ...waiting] : waiting);
    waiting = [];
    waitingBytes = 0;
    const target = descriptor;
    writingTo = target;
    writeAll(target, batch, hasEnough, (rest, error) => {
      writingTo = null;
      dropped += countLines(rest) - (cut && rest.length === batch.length ? 1 : 0);
      // What follows a cut line begins on a fresh one, so that only the cut line is lost.
      if (rest.length < batch.length) cut = rest.length > 0 && batch.at(-rest.length - 1) !== lineEnd;
      if (target !== descriptor) closeLog(target);
      cut &&= target === descriptor;
      if (error !== null && !failing) onFault(error);
      failing = error !== null;
      if (!failing) reportDropped();
      flush();
    });
  };

  const reportDropped = (): void => {
    if (dropped === 0) return;
    const count = dropped;
    dropped = 0;
    onFault(new OpenGsaError('too-busy', `${file}: ${count} records are missing in the access log`));
    add({ dropped: count });
  };

  return {
    write(record) {
      if (closed) return;
      if (waitingBytes > maxWaitingBytes) {
        dropped += 1;
        return;
      }
      add(record);
      flush();
    },
    reopen() {
      if (closed) return;
      try {
        const former = descriptor;
        descriptor = openLog(file);
        if (former !== writingTo) closeLog(former);
      } catch (error) {
        onFault(error);
      }
    },
    close: () =>
      new Promise((resolve) => {
        giveUpAt = Math.min(giveUpAt, Date.now() + closePatienceMs);
        whenIdle.push(() => {
          if (!closed) closeLog(descriptor);
          closed = true;
          resolve();
        });
        flush();
      }),
  };
}

function openLog(file: string): number {
  if (file === '-') return standardOutput;
  let descriptor: number;
  try {
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
    descriptor = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  } catch (cause) {
    throw new OpenGsaError('bad-permissions', `${file}: the access log cannot be opened`, { cause });
  }
  const status = fstatSync(descriptor);
  if (!status.isFile() || (status.mode & 0o077) === 0) return descriptor;
  closeSync(descriptor);
  throw new OpenGsaError(
    'bad-permissions',
    `${file} holds people's addresses and others have rights on it; run: chmod 600 ${file}`,
  );
}

function closeLog(descriptor: number): void {
  if (descriptor !== standardOutput) closeSync(descriptor);
}

/**
 * One write after the other: a short write goes on where it stopped, so that lines never mix.
 *
 * @param hasEnough asked while a reader takes nothing: whether to give up
 * @param done told what was not written and why
 */
function writeAll(
  descriptor: number,
  bytes: Buffer,
  hasEnough: () => boolean,
  done: (rest: Buffer, error: Error | null) => void,
): void {
  write(descriptor, bytes, (error, written) => {
    if (error !== null) {
      if (error.code !== 'EAGAIN' || hasEnough()) done(bytes, error);
      else setTimeout(() => writeAll(descriptor, bytes, hasEnough, done), retryMs);
    } else if (written === bytes.length) done(Buffer.alloc(0), null);
    else writeAll(descriptor, bytes.subarray(written), hasEnough, done);
  });
}

/** How many records end in `bytes`: one that was cut counts as missing. */
function countLines(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === lineEnd) count += 1;
  return count;
}
