// What a command needs of the world around it, so that a test can give it another one.

import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { printableLines } from '../../protocol/printable.ts';

export type Terminal = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Writes text to standard output; facts go there. Nothing of it steers the terminal, whoever chose it. */
  readonly line: (text: string) => void;
  /** Writes text to standard error, likewise; warnings and errors go there. */
  readonly errorLine: (text: string) => void;
  /** Resolves when standard output takes more: for commands that write without end. */
  readonly drained: () => Promise<void>;
  /** Standard input. */
  readonly input: Readable;
  /** Ends when the person or the system asks the program to stop. */
  readonly stop: AbortSignal;
};

export function processTerminal(): Terminal {
  const controller = new AbortController();
  // A reader that went away (`opengsa status --watch | head -1`) ends the command, not with a stack trace.
  process.stdout.on('error', () => controller.abort());
  process.stderr.on('error', () => controller.abort());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => controller.abort());
  }
  return {
    environment: process.env,
    line: (text) => process.stdout.write(`${printableLines(text)}\n`),
    errorLine: (text) => process.stderr.write(`${printableLines(text)}\n`),
    drained: () => drained(controller.signal),
    input: process.stdin,
    stop: controller.signal,
  };
}

/** Ends when the terminal is closed or the person signs out: for programs that have something to put back. */
export function hangUp(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGHUP', () => controller.abort());
  return controller.signal;
}

async function drained(stop: AbortSignal): Promise<void> {
  if (!process.stdout.writableNeedDrain || stop.aborted) return;
  // A reader that went away drains nothing any more.
  await once(process.stdout, 'drain', { signal: stop }).catch(() => undefined);
}
