// How the demo speaks: each step as it happens, the sign-in log as a table, and a failure with its cause and remedy.
import { styleText } from 'node:util';
import { explain } from '../../protocol/error.ts';
import { type Step, addresses, providerHost } from '../support/contoso.ts';
import { type Chapter, ownerOf } from './story.ts';

export type Narrator = {
  readonly step: Step;
  readonly line: (text?: string) => void;
  /** The title of the step that failed first, or of the one under way; null before the first. */
  readonly failedStep: () => string | null;
};

/** Tells each step when it is done, with the commands that it ran; steps that run side by side do not mix. */
export function createNarrator(write: (text: string) => void): Narrator {
  let number = 0;
  let failed: string | null = null;
  let last: string | null = null;
  const line = (text = '') => write(`${text}\n`);
  const step: Step = async (title, work) => {
    last = title;
    const commands: string[] = [];
    const started = performance.now();
    const tell = (mark: string) => {
      number += 1;
      const seconds = styleText('dim', `${((performance.now() - started) / 1_000).toFixed(1)} s`);
      line(`${mark} ${number}. ${styleText('bold', title)}  ${seconds}`);
      for (const command of commands) line(`     ${styleText('dim', command)}`);
    };
    try {
      const result = await work((command) => commands.push(command));
      tell(styleText('green', '✓'));
      return result;
    } catch (error) {
      // Steps side by side fail together, and only the first has a cause of its own.
      if (failed !== null) throw error;
      failed = title;
      tell(styleText('red', '✗'));
      throw error;
    }
  };
  return { step, line, failedStep: () => failed ?? last };
}

export function opening(): string[] {
  return [
    'OpenGSA demo: one person, three sign-ins, and what the identity provider writes down',
    '',
    '  workstation                 edge                         identity provider',
    `  ${addresses.workstation}  ──tunnel──>  ${addresses.edgeListener} … ${addresses.edge}  ──>  ${addresses.provider} ${providerHost}`,
    '',
    '  All on this machine, on loopback addresses, unprivileged. `opengsa` is `npm run -s opengsa --`,',
    '  `opengsa-edge` is `npm run -s edge --`.',
    '',
  ];
}

/** What was seen, and what it does not mean. */
export function closing(tookMs: number): string[] {
  return [
    `As it must be: workstation, edge, workstation. Nothing was restarted. (${(tookMs / 1_000).toFixed(1)} s)`,
    'Providers that you run and that take PROXY protocol v2 see what you saw here; Entra ID and Microsoft Graph accept a',
    'stated address from nobody: there you choose between the workstation’s own path (direct) and a fixed edge address (anchor).',
  ];
}

/** What to do on a system that has only 127.0.0.1. */
export function aliasLines(missing: readonly string[]): string[] {
  return [
    `The demo needs loopback addresses that this system does not have: ${missing.join(', ')}`,
    'Add them (until the next restart), then run the demo again:',
    ...missing.map((address) => `  sudo ifconfig lo0 alias ${address} up`),
  ];
}

/** The provider's log as a table. */
export function logTable(chapters: readonly Chapter[]): string[] {
  const head = ['TIME (UTC)', 'RESTORATION', 'ADDRESS LOGGED', 'WHOSE', 'POLICY', 'RESULT'];
  const rows = chapters.map(({ restoration, result, row }) => [
    row.createdDateTime.slice(11, 19),
    restoration,
    row.ipAddress,
    ownerOf(row.ipAddress),
    row.conditionalAccessStatus,
    result.kind === 'tokens' ? 'tokens' : result.error,
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((cells) => cells[i]?.length ?? 0)));
  const spell = (cells: readonly string[]) =>
    `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd();
  return [styleText('bold', spell(head)), ...rows.map(spell)];
}

export type LogTail = { readonly program: string; readonly text: string };

/** Lines of a program's log that are worth showing when something failed. */
const tailLines = 8;
/** Enough for a reason; certificates and statuses are longer. */
const maxLineLength = 300;

/** Which step failed, why, what to do, and the last words of the programs. */
export function failureReport(step: string | null, error: unknown, logs: readonly LogTail[]): string[] {
  const cause = explain(error);
  return [
    `The demo failed${step === null ? '' : ` at: ${step}`}`,
    `  Cause: ${cause}`,
    `  Try:   ${remedyFor(cause)}`,
    ...logs.flatMap(({ program, text }) => {
      const lines = text
        .trim()
        .split('\n')
        .slice(-tailLines)
        .map((line) => line.slice(0, maxLineLength));
      return text.trim() === ''
        ? []
        : [`  Last lines of the ${program}:`, ...lines.map((line) => `    ${line}`)];
    }),
  ];
}

function remedyFor(cause: string): string {
  if (/EADDRINUSE|address-in-use|taken by another/.test(cause)) {
    return 'run it again: another program took a port in the moment between choosing and binding it.';
  }
  if (/Cannot find (module|package)/.test(cause)) return 'run npm ci, then npm run demo again.';
  if (/ENOSPC|EROFS|EACCES/.test(cause)) return 'set TMPDIR to a folder that you may write to.';
  return 'run it again; if it stays, report it with the last words of the programs below.';
}
