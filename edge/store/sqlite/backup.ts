// Copies the store into one file while it is in use, and looks at the copy before anybody relies on it.
import { randomBytes } from 'node:crypto';
import { closeSync, constants, existsSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { OpenGsaError } from '../../../protocol/error.ts';
import { faultOf } from './integrity.ts';

/** All pages in one step: a step is one read of the store as it is, and a second one would begin anew after a change. */
const allPages = 0x7fff_ffff;

/** What the copy holds, so that who makes it sees that it is the right one. */
export type BackupFacts = { readonly devices: number; readonly auditEntries: number };

/**
 * Copies `store` to `target` (0600): the whole file or none. The edge may run and change the store meanwhile; the copy
 * is the store of one moment.
 *
 * @throws OpenGsaError `not-found` where there is no store, `already-exists` where there is a `target`, `bad-config`
 *   where the store is damaged, `bad-permissions` where the place cannot be written
 */
export async function backUpStore(store: string, target: string): Promise<BackupFacts> {
  if (!existsSync(store)) throw new OpenGsaError('not-found', `${store}: there is no store to back up`);
  if (existsSync(target)) throw targetExists(target);
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.draft`);
  try {
    await copy(store, draft, target);
    const facts = examine(draft, store);
    publish(draft, target);
    return facts;
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${draft}${suffix}`, { force: true });
  }
}

async function copy(store: string, draft: string, target: string): Promise<void> {
  try {
    // Made by us first, so that SQLite never chooses the rights.
    closeSync(openSync(draft, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600));
  } catch (cause) {
    throw new OpenGsaError('bad-permissions', `${target}: cannot be written`, { cause });
  }
  let source: DatabaseSync | undefined;
  try {
    source = new DatabaseSync(store, { readOnly: true });
    await backup(source, draft, { rate: allPages });
  } catch (cause) {
    throw new OpenGsaError('bad-config', `${store}: cannot be copied`, { cause });
  } finally {
    source?.close();
  }
}

const countRow = z.object({ count: z.int() });

function examine(draft: string, store: string): BackupFacts {
  const database = new DatabaseSync(draft);
  try {
    const fault = faultOf(database, 'integrity_check');
    if (fault !== null)
      throw new OpenGsaError('bad-config', `${store}: is damaged, nothing was written: ${fault}`);
    // One file, to be carried about without journals beside it. The store that is made of it turns them on again.
    database.exec('PRAGMA journal_mode = DELETE');
    const count = (table: string): number =>
      countRow.parse(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()).count;
    return { devices: count('devices'), auditEntries: count('audit') };
  } catch (cause) {
    if (cause instanceof OpenGsaError) throw cause;
    throw new OpenGsaError('bad-config', `${store}: is damaged, nothing was written`, { cause });
  } finally {
    database.close();
  }
}

/** A link is made or refused in one step: it never replaces what somebody put there meanwhile. */
function publish(draft: string, target: string): void {
  sync(draft);
  try {
    linkSync(draft, target);
  } catch (cause) {
    if (existsSync(target)) throw targetExists(target);
    throw new OpenGsaError('bad-permissions', `${target}: cannot be written`, { cause });
  }
  sync(dirname(target));
}

function sync(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function targetExists(target: string): OpenGsaError {
  return new OpenGsaError('already-exists', `${target} exists; nothing was written`);
}
