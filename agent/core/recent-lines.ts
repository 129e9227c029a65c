// The newest lines of the log, kept in memory for a bundle: at most so many, of at most so many bytes.
import type { LogLine } from '../../protocol/log-bundle.ts';

export type RecentLines = {
  readonly add: (line: LogLine) => void;
  /** Oldest first. */
  readonly list: () => readonly LogLine[];
};

export type RecentLinesLimits = { readonly lines: number; readonly bytes: number };

/** A day of a quiet agent, an hour of a talkative one. */
const defaultLimits: RecentLinesLimits = { lines: 5_000, bytes: 1024 * 1024 };

export function createRecentLines(limits: RecentLinesLimits = defaultLimits): RecentLines {
  let lines: { readonly line: LogLine; readonly size: number }[] = [];
  /** Where the kept ones begin; those before wait for the next tidying, so that each line costs the same. */
  let first = 0;
  let held = 0;
  const drop = (): void => {
    held -= lines[first]?.size ?? 0;
    first += 1;
  };
  return {
    add(line) {
      const size = Buffer.byteLength(JSON.stringify(line));
      if (size > limits.bytes) return;
      lines.push({ line, size });
      held += size;
      while (held > limits.bytes || lines.length - first > limits.lines) drop();
      if (first < limits.lines) return;
      lines = lines.slice(first);
      first = 0;
    },
    list: () => lines.slice(first).map(({ line }) => line),
  };
}
