// `opengsa ui`: the windows in the person's browser, for as long as a page is open.
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { explain } from '../../protocol/error.ts';
import { chooseLanguage } from '../../protocol/language.ts';
import { type BrowserShell, startBrowserShell } from '../browser/browser-shell.ts';
import { codeLivesMs } from '../browser/credentials.ts';
import { type LaunchFile, openerFor, openFile, writeLaunchFile } from '../browser/launch.ts';
import { idleMs } from '../browser/open-pages.ts';
import { builtPage, readPageFiles } from '../browser/page-files.ts';
import { openSettingsStore } from '../browser/window-settings.ts';
import { systemClock as clock } from '../clock.ts';
import { makeDirectory } from '../make-directory.ts';
import { configDirectory, runtimeDirectory, stateDirectory } from '../paths.ts';
import { packageVersion } from '../product.ts';
import { createWindowDesk } from '../window-desk.ts';
import { type ClientOptions, socketOf, socketOption, stateDirOption, wholeNumber } from './options.ts';
import type { Terminal } from './terminal.ts';

const idleMinutes = idleMs / 60_000;

type Options = ClientOptions & { readonly open: boolean; readonly port?: number };

export function uiCommand(terminal: Terminal): Command {
  return new Command('ui')
    .description(
      `show the windows in your browser, until interrupted or ${idleMinutes} minutes after the last page`,
    )
    .option('--no-open', 'print a link instead of opening the browser; it is good once, for a minute')
    .option('--port <number>', 'listen on this port instead of any free one', wholeNumber(1024, 65_535))
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const { environment } = terminal;
  const ended = Promise.withResolvers<'idle' | 'stopped'>();
  const over = new AbortController();
  const files = await readPageFiles(builtPage);
  const settings = await openSettingsStore(configDirectory(environment), (cause) =>
    terminal.errorLine(`opengsa: ${explain(cause)}`),
  );
  const preferred = settings.get().language;
  const desk = createWindowDesk({
    ...{ socketPath: socketOf(options, terminal), stateDir: stateDirectory(options.stateDir, environment) },
    ...{ environment, program: 'opengsa ui', clock, stop: over.signal },
    language: preferred === 'system' ? chooseLanguage(localesOf(environment)) : preferred,
  });
  let launch: LaunchFile | null = null;
  const removeLaunch = async (): Promise<void> => {
    await launch?.remove().catch((cause: unknown) => terminal.errorLine(`opengsa: ${explain(cause)}`));
  };
  try {
    const shell = await startBrowserShell({
      ...{ desk, files, settings, clock, randomBytes, version: packageVersion() },
      ...{ port: options.port ?? 0 },
      guessed: () =>
        terminal.errorLine('opengsa: a program tried wrong keys; open the windows again: opengsa ui'),
      entered: () => void removeLaunch(),
      idle: () => ended.resolve('idle'),
    });
    try {
      launch = options.open ? await launchFile(shell, terminal) : null;
      if (launch === null || !(await openLaunch(launch, terminal))) printLink(shell, terminal);
      clock.setTimer(() => void removeLaunch(), codeLivesMs);
      terminal.line(
        `The windows stay until Ctrl-C, or for ${idleMinutes} minutes after the last page is closed.`,
      );
      terminal.stop.addEventListener('abort', () => ended.resolve('stopped'), { once: true });
      if (terminal.stop.aborted) ended.resolve('stopped');
      if ((await ended.promise) === 'idle') {
        terminal.line(`No page was open for ${idleMinutes} minutes: ended.`);
      }
    } finally {
      await shell.close();
    }
  } finally {
    over.abort();
    await removeLaunch();
  }
}

/** Null where no browser can be opened from here. */
async function launchFile(shell: BrowserShell, { environment }: Terminal): Promise<LaunchFile | null> {
  if (openerFor(process.platform, environment) === null) return null;
  const directory = runtimeDirectory(environment);
  await makeDirectory(directory);
  return writeLaunchFile(directory, shell.makeLink());
}

async function openLaunch({ path }: LaunchFile, terminal: Terminal): Promise<boolean> {
  const { environment } = terminal;
  const opener = openerFor(process.platform, environment);
  if (opener === null || !(await openFile(opener, path, environment))) return false;
  terminal.line('The windows open in your browser. Where none shows up: opengsa ui --no-open');
  return true;
}

function printLink(shell: BrowserShell, terminal: Terminal): void {
  terminal.line(`Open this link in your browser; it is good once, within ${codeLivesMs / 1_000} seconds:`);
  terminal.line(`  ${shell.makeLink()}`);
}

/** The person's languages as a terminal knows them (POSIX locales). */
function localesOf({ LC_ALL, LC_MESSAGES, LANG }: Terminal['environment']): string[] {
  const [first = ''] = [LC_ALL, LC_MESSAGES, LANG].filter((locale) => locale !== undefined && locale !== '');
  return [first];
}
