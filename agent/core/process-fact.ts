// What is known of the program behind a socket, put together from the account, the process and its file.
import type { ProcessFact, ProcessUnknown } from '../../protocol/process-fact.ts';

/** Who holds a socket open. */
export type SocketHolder =
  | { readonly kind: 'known'; readonly pid: number; readonly executable: string }
  | { readonly kind: 'unknown'; readonly pid: number | null; readonly reason: ProcessUnknown };

/** Nothing is known. */
export function unknownProcess(reason: ProcessUnknown): ProcessFact {
  return { uid: null, pid: null, executable: null, unknown: reason };
}

/** The account is known, and of the program what `holder` says. */
export function processOf(uid: number, holder: SocketHolder): ProcessFact {
  return holder.kind === 'known'
    ? { uid, pid: holder.pid, executable: holder.executable, unknown: null }
    : { uid, pid: holder.pid, executable: null, unknown: holder.reason };
}

/** What `stat` says of a file, as far as it tells one file from another. */
export type FileIdentity = { readonly device: bigint; readonly inode: bigint };

/**
 * The executable of a process. The path alone proves nothing: the file may be deleted, and a process with mounts of its
 * own chooses what lies at a path. So the file that runs must be the one that this machine has there.
 *
 * @param running the file that the process runs
 * @param onDisk the file at `path` as the agent sees it; null where there is none
 */
export function holderOf(
  pid: number,
  path: string,
  running: FileIdentity,
  onDisk: FileIdentity | null,
): SocketHolder {
  const same = onDisk?.device === running.device && onDisk.inode === running.inode;
  return same ? { kind: 'known', pid, executable: path } : { kind: 'unknown', pid, reason: 'replaced' };
}
