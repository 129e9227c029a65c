// Which process holds a socket open: a search through /proc/<pid>/fd, one at a time, those of earlier finds first.
import { readdir, readlink, stat } from 'node:fs/promises';
import { holderOf, type FileIdentity, type SocketHolder } from '../core/process-fact.ts';

export type WantedHolder = { readonly uid: number; readonly inode: number };

/**
 * Finds the process. Never rejects: `no-privilege` where the socket is held by no process that the agent may look into,
 * `late` where the search took too long.
 */
export type FindHolder = (wanted: WantedHolder) => Promise<SocketHolder>;

/** How long one search may go on, in ms. */
const longestSearchMs = 1_000;
/** Links that are read side by side; more would keep the machine's file threads from everything else. */
const linksAtOnce = 16;
/** How many processes of an account are looked at first because they held a socket before. */
const rememberedPerAccount = 8;

type Question = WantedHolder & { readonly answer: (holder: SocketHolder) => void };

export function createHolderSearch(): FindHolder {
  const recent = new Map<number, readonly number[]>();
  let waiting: Question[] = [];
  let searching = false;

  const searchAll = async (): Promise<void> => {
    searching = true;
    while (waiting.length > 0) {
      const asked = waiting;
      waiting = [];
      await search(asked, recent);
    }
    searching = false;
  };
  return (wanted) =>
    new Promise((answer) => {
      waiting.push({ ...wanted, answer });
      if (!searching) void searchAll();
    });
}

/** Answers each of `asked`; one walk serves them all. */
async function search(asked: readonly Question[], recent: Map<number, readonly number[]>): Promise<void> {
  // Several questions may be about one socket, as a resolver's for A and AAAA are.
  const open = Map.groupBy(asked, ({ inode }) => inode);
  const deadline = performance.now() + longestSearchMs;
  for await (const pid of candidates(new Set(asked.map(({ uid }) => uid)), recent)) {
    if (open.size === 0 || performance.now() > deadline) break;
    for (const inode of await socketsOf(pid, open)) {
      const questions = open.get(inode);
      // A process may hold one socket by several descriptors.
      if (questions === undefined) continue;
      open.delete(inode);
      const program = await programOf(pid);
      for (const { uid, answer } of questions) {
        remember(recent, uid, pid);
        answer(program);
      }
    }
  }
  const reason = performance.now() > deadline ? 'late' : 'no-privilege';
  for (const { answer } of [...open.values()].flat()) answer({ kind: 'unknown', pid: null, reason });
}

/** Processes in the order of likelihood: earlier holders, then the accounts' own, newest first, then all others. */
async function* candidates(
  uids: ReadonlySet<number>,
  recent: ReadonlyMap<number, readonly number[]>,
): AsyncGenerator<number> {
  const known = [...uids].flatMap((uid) => recent.get(uid) ?? []);
  yield* known;
  const others: number[] = [];
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids.sort((a, b) => b - a)) {
    if (known.includes(pid)) continue;
    const owner = await stat(`/proc/${pid}`).catch(() => null);
    if (owner === null) continue;
    if (uids.has(owner.uid)) yield pid;
    else others.push(pid);
  }
  // A program may have opened its socket before it changed its account.
  yield* others;
}

/** Those of `wanted` that the process holds; none where it has ended or may not be looked into. */
async function socketsOf(pid: number, wanted: ReadonlyMap<number, unknown>): Promise<readonly number[]> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const found: number[] = [];
  for (let i = 0; i < descriptors.length; i += linksAtOnce) {
    const some = descriptors.slice(i, i + linksAtOnce);
    const links = await Promise.all(some.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
    for (const link of links) {
      const inode = Number(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? 0);
      if (wanted.has(inode)) found.push(inode);
    }
  }
  return found;
}

async function programOf(pid: number): Promise<SocketHolder> {
  const link = `/proc/${pid}/exe`;
  try {
    const [path, running] = await Promise.all([readlink(link), identityOf(link)]);
    return holderOf(pid, path, running, await identityOf(path).catch(() => null));
  } catch (error) {
    return { kind: 'unknown', pid, reason: isDenied(error) ? 'no-privilege' : 'gone' };
  }
}

async function identityOf(path: string): Promise<FileIdentity> {
  const { dev, ino } = await stat(path, { bigint: true });
  return { device: dev, inode: ino };
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}

function remember(recent: Map<number, readonly number[]>, uid: number, pid: number): void {
  const others = (recent.get(uid) ?? []).filter((other) => other !== pid);
  recent.set(uid, [pid, ...others].slice(0, rememberedPerAccount));
}
