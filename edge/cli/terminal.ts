// What a command needs of the world around it, so that a test can give it another one.
import { hostname } from 'node:os';
import { printableLines } from '../../protocol/printable.ts';

export type Terminal = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user id of the caller, for the audit log; 0 on systems that have none. */
  readonly uid: number;
  /** What this machine calls itself; often no valid host name. */
  readonly hostName: string;
  /** Writes text to standard output; facts go there. Nothing of it steers the terminal, whoever chose it. */
  readonly line: (text: string) => void;
  /** Writes text to standard error, likewise; warnings and errors go there. */
  readonly errorLine: (text: string) => void;
  /** Ends when the person or the system asks the program to stop. A second request ends the process at once. */
  readonly stop: AbortSignal;
  /** Calls back at each SIGHUP, which otherwise ends the program. */
  readonly onHangup: (act: () => void) => void;
};

/** By convention a program that a signal ended exits with 128 and the signal's number. */
const signalNumbers = { SIGINT: 2, SIGTERM: 15 } as const;

export function processTerminal(): Terminal {
  const controller = new AbortController();
  // A reader that went away (`opengsa-edge devices list | head -1`) ends the command, not with a stack trace.
  process.stdout.on('error', () => controller.abort());
  process.stderr.on('error', () => controller.abort());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(128 + signalNumbers[signal]);
      controller.abort();
    });
  }
  return {
    environment: process.env,
    uid: process.getuid?.() ?? 0,
    hostName: hostname(),
    line: (text) => process.stdout.write(`${printableLines(text)}\n`),
    errorLine: (text) => process.stderr.write(`${printableLines(text)}\n`),
    stop: controller.signal,
    onHangup: (act) => void process.on('SIGHUP', act),
  };
}
