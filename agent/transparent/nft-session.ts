// One long-lived `nft -i`: a line sent to it is a transaction, and the tables that it owns vanish with it.
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { OpenGsaError } from '../../protocol/error.ts';

export type NftSession = {
  /**
   * Performs one line of commands, all of it or nothing; one after the other in the order of the calls.
   *
   * @throws OpenGsaError `capture-failed` with nft's own words, or when the program has ended or does not answer
   */
  readonly run: (commands: string) => Promise<void>;
  /** Ends the program; the owned tables are gone when this resolves. */
  readonly stop: () => Promise<void>;
};

/** Where distributions keep nft. Never looked for in PATH. */
export const nftPaths: readonly string[] = ['/usr/sbin/nft', '/sbin/nft', '/usr/bin/nft'];
/** Has the kernel end the child with its parent, however that ends. */
const setprivPath = '/usr/bin/setpriv';
/** The largest transaction takes some 50 ms. */
const answerTimeoutMs = 5_000;
/** nft repeats the faulty line, which may be long; nothing of it is needed beyond the error. */
const longestAnswer = 4 * 1024 * 1024;

/**
 * @param onEnd called once with the reason when the program ends without having been stopped
 * @throws OpenGsaError `not-found` where nft is not installed, `capture-failed` where it cannot be started
 */
export function openNftSession(
  onEnd: (reason: string) => void,
  program: string | null = nftPaths.find((path) => existsSync(path)) ?? null,
): NftSession {
  if (program === null) throw new OpenGsaError('not-found', `there is no ${nftPaths.join(', ')}`);
  const child = spawnNft(program);
  let stopped = false;
  let over: string | null = null;
  let answer = '';
  let heard: () => void = () => undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let asked = 0;

  const ended = new Promise<void>((resolve) => {
    const end = (reason: string): void => {
      if (over !== null) return;
      over = reason;
      heard();
      if (!stopped) onEnd(reason);
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(`${program} ended (${code ?? signal ?? 'unknown'})`));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
    if (answer.length > longestAnswer) child.kill('SIGKILL');
    heard();
  });
  // It prints in blocks, whenever one is full: nothing that could be waited for.
  child.stdout.resume();
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);

  const transact = async (commands: string): Promise<void> => {
    if (over !== null) throw failure(over);
    const word = `opengsa_asks_${++asked}`;
    answer = '';
    const told = new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), answerTimeoutMs);
      heard = () => {
        const said = over === null ? answerBefore(word, answer) : null;
        if (said === null && over === null) return;
        clearTimeout(timer);
        heard = () => undefined;
        if (said === null) reject(failure(over ?? 'no answer'));
        else resolve(said);
      };
    });
    // nft says nothing of what went well. A word that it does not know makes it speak once it has got there.
    child.stdin.write(`${commands}\n${word}\n`);
    const said = await told;
    if (said !== '') throw failure(said);
  };
  return {
    run: (commands) => {
      const turn = queue.then(() => transact(commands));
      queue = turn.catch(() => undefined);
      return turn;
    },
    stop: async () => {
      stopped = true;
      await queue;
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), answerTimeoutMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** What nft complained of before it came to `word`, in one line; empty where all went well, null while it is not there. */
export function answerBefore(word: string, answer: string): string | null {
  const lines = answer.split('\n');
  const at = lines.indexOf(word);
  if (at === -1) return null;
  // The line above is the complaint about the word itself.
  const complaints = lines.slice(0, at - 1).filter((text) => /^(Error|internal|netlink)\b/.test(text));
  return complaints.map((text) => text.replace(/^Error: /, '')).join('; ');
}

function failure(words: string): OpenGsaError {
  return new OpenGsaError('capture-failed', `nft: ${words}`);
}

/** @throws OpenGsaError `capture-failed` where no descriptor is left for its streams */
function spawnNft(program: string): ChildProcessWithoutNullStreams {
  const [command = program, ...args] = existsSync(setprivPath)
    ? [setprivPath, '--pdeathsig', 'KILL', program, '-i']
    : [program, '-i'];
  const child: ChildProcess = spawn(command, args, {
    cwd: '/',
    env: { LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (hasStreams(child)) return child;
  child.once('error', () => undefined);
  throw failure(`too many open files: ${program} cannot be started`);
}

/** Node's types do not say that they may be absent. */
function hasStreams(child: ChildProcess): child is ChildProcessWithoutNullStreams {
  return 'stdin' in child;
}
