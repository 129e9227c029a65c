// Follows the access log as it grows: through rotation, whether the file is moved away or emptied.
import { closeSync, fstatSync, readSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { FlowLogRecord } from './flow-log.ts';
import {
  type FlowLogPage,
  type FlowLogQuery,
  maxLineBytes,
  openFlowLog,
  searchFlowLog,
  takeFlowLogLine,
} from './read-flow-log.ts';

/** What came since the last time: the oldest first. */
export type FlowLogNews = Omit<FlowLogPage, 'complete'>;

const lookEveryMs = 250;
const blockBytes = 256 * 1024;
const lineEnd = 0x0a;

/**
 * Tells the last `query.limit` records of the file, then each batch of wanted ones that is written, until `signal` ends it.
 *
 * @throws OpenGsaError as `readFlowLog`
 */
export async function followFlowLog(
  file: string,
  query: FlowLogQuery,
  signal: AbortSignal,
  tell: (news: FlowLogNews) => void,
): Promise<void> {
  let descriptor = openFlowLog(file);
  try {
    const { size } = fstatSync(descriptor);
    const start = lastLineStart(descriptor, size);
    const { flows, dropped, unreadable } = searchFlowLog(descriptor, start, query);
    tell({ flows: [...flows].reverse(), dropped, unreadable });
    let lines = createLineReader(descriptor, start);
    let hasMoved = false;
    while (!signal.aborted) {
      for (const added of lines.read()) tellNews(added, query, tell);
      if (hasMoved) {
        // What was under way when the file was moved has been read as well.
        const successor = openFlowLog(file);
        closeSync(descriptor);
        descriptor = successor;
        lines = createLineReader(descriptor, 0);
        hasMoved = false;
        continue;
      }
      await pause(lookEveryMs, undefined, { signal }).catch(() => undefined);
      hasMoved = isAnotherFile(file, descriptor);
    }
  } finally {
    closeSync(descriptor);
  }
}

function tellNews(
  lines: readonly (string | null)[],
  query: FlowLogQuery,
  tell: (news: FlowLogNews) => void,
): void {
  if (lines.length === 0) return;
  const found = { flows: [] as FlowLogRecord[], dropped: 0, unreadable: 0 };
  for (const line of lines) {
    if (line === null) found.unreadable += 1;
    else takeFlowLogLine(line, query, found);
  }
  tell(found);
}

/** Between a move and the edge's reopening there is no file of the name: the former goes on. */
function isAnotherFile(file: string, descriptor: number): boolean {
  const named = statSync(file, { throwIfNoEntry: false });
  const { ino, dev } = fstatSync(descriptor);
  return named !== undefined && (named.ino !== ino || named.dev !== dev);
}

/** Where the line begins that is being written, or the end of the file. */
function lastLineStart(descriptor: number, size: number): number {
  const length = Math.min(size, maxLineBytes);
  const block = Buffer.alloc(length);
  const read = readSync(descriptor, block, 0, length, size - length);
  return size - length + block.subarray(0, read).lastIndexOf(lineEnd) + 1;
}

/** Reads the whole lines that were added since the last time, block by block; null for one that is too long. */
function createLineReader(
  descriptor: number,
  start: number,
): { readonly read: () => Iterable<readonly (string | null)[]> } {
  let position = start;
  let rest: Buffer = Buffer.alloc(0);
  let isTooLong = false;
  const block = Buffer.alloc(blockBytes);

  const takeBlock = (bytes: Buffer): (string | null)[] => {
    const lines: (string | null)[] = [];
    let from = 0;
    for (let at = bytes.indexOf(lineEnd); at >= 0; at = bytes.indexOf(lineEnd, from)) {
      lines.push(isTooLong ? null : Buffer.concat([rest, bytes.subarray(from, at)]).toString());
      rest = Buffer.alloc(0);
      isTooLong = false;
      from = at + 1;
    }
    rest = Buffer.concat([rest, bytes.subarray(from)]);
    if (rest.length <= maxLineBytes) return lines;
    isTooLong = true;
    rest = Buffer.alloc(0);
    return lines;
  };

  return {
    *read() {
      const { size } = fstatSync(descriptor);
      // Emptied in place, as some rotations do it.
      if (size < position) {
        position = 0;
        rest = Buffer.alloc(0);
        isTooLong = false;
      }
      while (position < size) {
        const length = readSync(descriptor, block, 0, blockBytes, position);
        if (length === 0) return;
        position += length;
        yield takeBlock(block.subarray(0, length));
      }
    },
  };
}
