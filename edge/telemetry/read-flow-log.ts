// Reads the access log from its end, while an edge may be writing it or a rotation moving it away.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { OpenGsaError } from '../../protocol/error.ts';
import { type FlowLogRecord, flowLogRecord } from './flow-log.ts';

export type FlowLogQuery = {
  /** How many records are wanted at most. */
  readonly limit: number;
  /** Texts that every wanted line has: other lines are not even parsed. */
  readonly containing: readonly string[];
  readonly matches: (record: FlowLogRecord) => boolean;
};

export type FlowLogPage = {
  /** The newest first. */
  readonly flows: readonly FlowLogRecord[];
  /** Records that the edge could not write, according to the log. */
  readonly dropped: number;
  /** Lines that are no records: cut by a crash, or written by something else. */
  readonly unreadable: number;
  /** False: the search ended at its bound, and older records were not looked at. */
  readonly complete: boolean;
};

/** A day of a busy edge; some seconds of reading. */
const maxSearchedBytes = 256 * 1024 * 1024;
const blockBytes = 256 * 1024;
/** No record is nearly as long. */
export const maxLineBytes = 256 * 1024;
const lineEnd = 0x0a;

/**
 * One file is read as it was when it was opened: what is appended later does not count, and a rotation changes nothing.
 *
 * @throws OpenGsaError `not-found`, or `bad-permissions` where the file is not the reader's or no file at all
 */
export function readFlowLog(file: string, query: FlowLogQuery): FlowLogPage {
  const descriptor = openFlowLog(file);
  try {
    return searchFlowLog(descriptor, fstatSync(descriptor).size, query);
  } finally {
    closeSync(descriptor);
  }
}

/** As `readFlowLog`, in the first `size` bytes of an open file. */
export function searchFlowLog(descriptor: number, size: number, query: FlowLogQuery): FlowLogPage {
  const found = { flows: [] as FlowLogRecord[], dropped: 0, unreadable: 0 };
  const start = Math.max(0, size - maxSearchedBytes);
  // Asked for nothing, it reads nothing.
  if (query.limit === 0) return { ...found, complete: true };
  for (const line of linesBackwards(descriptor, size, start)) {
    if (line === null) found.unreadable += 1;
    else takeFlowLogLine(line, query, found);
    if (found.flows.length === query.limit) return { ...found, complete: true };
  }
  return { ...found, complete: start === 0 };
}

/** Adds what `line` is: a record that is asked for, a count of lost ones, or nothing that could be read. */
export function takeFlowLogLine(
  line: string,
  { containing, matches }: Pick<FlowLogQuery, 'containing' | 'matches'>,
  found: { flows: FlowLogRecord[]; dropped: number; unreadable: number },
): void {
  if (line === '') return;
  const lost = /^\{"dropped":(\d{1,9})\}$/.exec(line)?.[1];
  if (lost !== undefined) {
    found.dropped += Number(lost);
    return;
  }
  if (!containing.every((text) => line.includes(text))) return;
  const record = parseRecord(line);
  if (record === null) found.unreadable += 1;
  else if (matches(record)) found.flows.push(record);
}

function parseRecord(line: string): FlowLogRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Not JSON: the caller counts it.
    return null;
  }
  const parsed = flowLogRecord.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** The whole lines between `start` and `end`, the last first; null for one that is too long. */
function* linesBackwards(
  descriptor: number,
  end: number,
  start: number,
): Generator<string | null, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let isLast = true;
  for (let position = end; position > start;) {
    const length = Math.min(blockBytes, position - start);
    position -= length;
    const lines = splitLines(Buffer.concat([readBlock(descriptor, position, length), rest]));
    rest = lines.shift() ?? Buffer.alloc(0);
    for (const line of lines.reverse()) {
      // What follows the last line end is being written.
      if (!isLast) yield line.length > maxLineBytes ? null : line.toString();
      isLast = false;
    }
    if (rest.length > maxLineBytes) {
      yield null;
      rest = Buffer.alloc(0);
    }
  }
  // Before the bound there may be more of this line.
  if (start === 0 && !isLast) yield rest.toString();
  return undefined;
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(lineEnd); at >= 0; at = bytes.indexOf(lineEnd, from)) {
    lines.push(bytes.subarray(from, at));
    from = at + 1;
  }
  return [...lines, bytes.subarray(from)];
}

/** Shorter where the file was cut meanwhile. */
function readBlock(descriptor: number, position: number, length: number): Buffer {
  const block = Buffer.alloc(length);
  const read = readSync(descriptor, block, 0, length, position);
  return block.subarray(0, read);
}

/** @throws as `readFlowLog` */
export function openFlowLog(file: string): number {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let descriptor: number;
  try {
    descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw isMissing
      ? new OpenGsaError('not-found', `${file}: there is no flow log; an edge makes it when it starts`)
      : new OpenGsaError('bad-permissions', `${file}: the flow log is for the user of the edge and root`, {
          cause,
        });
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw new OpenGsaError('bad-permissions', `${file} is no file`);
}
