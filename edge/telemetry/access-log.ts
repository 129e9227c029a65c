// Writes the access log: one JSON line per record, to a file or standard output, without ever holding up a flow.
import { closeSync, constants, fstatSync, openSync, write } from 'node:fs';
import { OpenGsaError } from '../../protocol/error.ts';

/** What waits for a slow disk or reader; records beyond it are dropped and counted. Some 20,000 flows. */
const maxWaitingBytes = 16 * 1024 * 1024;
const standardOutput = 1;

export type AccessLog = {
  /** Never throws and never waits. */
  readonly write: (record: object) => void;
  /** Opens the file by its name again, after it was moved away. The former file goes on where that fails. */
  readonly reopen: () => void;
  /** Resolves when everything is written. */
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
  let whenIdle: (() => void)[] = [];

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
    const batch = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    const target = descriptor;
    writingTo = target;
    writeAll(target, batch, (error) => {
      writingTo = null;
      if (target !== descriptor) closeLog(target);
      if (error !== null && !failing) onFault(error);
      failing = error !== null;
      reportDropped();
      flush();
    });
  };

  const reportDropped = (): void => {
    if (dropped === 0) return;
    const count = dropped;
    dropped = 0;
    onFault(
      new OpenGsaError('too-busy', `${file}: too slow for the access log; ${count} records are missing`),
    );
    add({ dropped: count });
  };

  return {
    write(record) {
      if (waitingBytes > maxWaitingBytes) {
        dropped += 1;
        return;
      }
      add(record);
      flush();
    },
    reopen() {
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
        whenIdle = [
          ...whenIdle,
          () => {
            closeLog(descriptor);
            resolve();
          },
        ];
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

/** One write after the other: a short write goes on where it stopped, so that lines never mix. */
function writeAll(descriptor: number, bytes: Buffer, done: (error: Error | null) => void): void {
  write(descriptor, bytes, (error, written) => {
    if (error !== null) done(error);
    else if (written === bytes.length) done(null);
    else writeAll(descriptor, bytes.subarray(written), done);
  });
}
