// `npm run demo`: the whole story on one machine, without rights and without a network beyond loopback.
// A real edge, a real OpenID Connect provider and a real agent; one person signs in three times.
import { parseArgs } from 'node:util';
import { explain } from '../../protocol/error.ts';
import { addresses, providerHost, startContoso } from '../support/contoso.ts';
import { missingAddresses } from '../support/loopback.ts';
import { type Program, type ProgramGroup, createProgramGroup } from '../support/processes.ts';
import { keepLines, stay } from './keep.ts';
import {
  type Narrator,
  aliasLines,
  closing,
  createNarrator,
  failureReport,
  logTable,
  opening,
} from './narrator.ts';
import { type Chapter, faultsOf, storyDocument, tellStory } from './story.ts';

type Options = { readonly json: boolean; readonly keep: boolean };

/** After this the demo gives up: a guard against a hang, far above the seconds that it takes. */
const deadlineMs = 60_000;
/** As a shell reports an end by Ctrl-C. */
const interrupted = 130;

const usage = `usage: npm run -s demo [-- --json] [-- --keep]
  --json  print the sign-ins as one JSON document and nothing else (npm prints its own lines without -s)
  --keep  stay after the story, until Ctrl-C, with the windows open and the commands to try things by hand`;

process.exitCode = await main(process.argv.slice(2));
// Connections that linger must not keep a finished demo alive.
process.exit();

async function main(words: readonly string[]): Promise<number> {
  const options = parseOptions(words);
  if (options === null) {
    tellError([usage]);
    return 2;
  }
  const missing = await missingAddresses(Object.values(addresses));
  if (missing.length > 0) {
    tellError(aliasLines(missing));
    return 1;
  }
  const stop = stopSignal();
  const group = createProgramGroup();
  process.once('uncaughtException', (error) => {
    tellError([`The demo failed: ${explain(error)}`]);
    void group.end().finally(() => process.exit(1));
  });
  try {
    return await play(group, options, stop);
  } finally {
    await group.end();
  }
}

async function play(group: ProgramGroup, options: Options, stop: AbortSignal): Promise<number> {
  const programs = new Map<string, Program>();
  const narrator = createNarrator((text) => {
    if (!options.json) process.stdout.write(text);
  });
  const started = performance.now();
  try {
    for (const line of opening()) narrator.line(line);
    const story = startContoso({
      group,
      step: narrator.step,
      onStart: (name, program) => programs.set(name, program),
    }).then(async (contoso) => ({ contoso, chapters: await tellStory(contoso, narrator.step) }));
    const { contoso, chapters } = await Promise.race([story, endOfPatience(stop)]);
    const good = present(chapters, narrator, options, performance.now() - started);
    if (options.keep) {
      for (const line of keepLines(contoso, group.folder)) narrator.line(line);
      await stay(contoso, group, narrator, stop);
      narrator.line('Stopping.');
    }
    await contoso.stop();
    return good ? 0 : 1;
  } catch (error) {
    if (stop.aborted) return interrupted;
    const logs = [...programs].map(([program, { stderr }]) => ({
      program,
      text: stderr(),
    }));
    tellError(failureReport(narrator.failedStep(), error, logs));
    return 1;
  }
}

/** Shows the provider's log and says whether it is what it must be. */
function present(
  chapters: readonly Chapter[],
  narrator: Narrator,
  { json }: Options,
  tookMs: number,
): boolean {
  if (json) process.stdout.write(`${JSON.stringify(storyDocument(chapters))}\n`);
  const faults = faultsOf(chapters);
  const lines = [
    '',
    `The sign-in log of ${providerHost}, as the provider wrote it:`,
    '',
    ...logTable(chapters),
    '',
  ];
  for (const line of lines) narrator.line(line);
  if (faults.length === 0) for (const line of closing(tookMs)) narrator.line(line);
  else tellError(['The log is not what it must be:', ...faults.map((fault) => `  ${fault}`)]);
  return faults.length === 0;
}

/** Rejects when the person stops the demo or it takes too long. */
function endOfPatience(stop: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done after ${deadlineMs / 1_000} s`)), deadlineMs);
    timer.unref();
    stop.addEventListener('abort', () => reject(new Error('stopped')));
  });
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => controller.abort());
  }
  // A reader that went away (`npm run demo | head`) ends the demo, not with a stack trace.
  process.stdout.on('error', () => controller.abort());
  return controller.signal;
}

function parseOptions(words: readonly string[]): Options | null {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { json: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } },
    });
    return values.json && values.keep ? null : values;
  } catch {
    // An unknown option: the usage says which there are.
    return null;
  }
}

function tellError(lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
}
