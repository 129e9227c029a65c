// A SQLite file as the store's database: made where it does not exist, brought to this version's shape, read by schemas.
import { closeSync, constants, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { OpenGsaError } from '../../../protocol/error.ts';
import { parse } from '../../../protocol/parse.ts';
import { faultOf } from './integrity.ts';
import { migrations } from './migrations.ts';

/** How long a write waits for another process's write before it fails. */
const busyTimeoutMs = 5000;

export type Database = {
  readonly prepare: (sql: string) => StatementSync;
  /** @throws OpenGsaError `bad-config` where the file holds what this program did not write */
  readonly read: <S extends z.ZodType>(schema: S, row: unknown) => z.output<S>;
  readonly transaction: <T>(work: () => T) => T;
  readonly close: () => void;
};

/** @throws OpenGsaError `bad-config` where the file is no database of this program or of a later version */
export function openDatabase(file: string): Database {
  const database = openFile(file);
  let depth = 0;
  return {
    prepare: (sql) => database.prepare(sql),
    read: (schema, row) => parse(schema, row, file, 'bad-config'),
    transaction(work) {
      if (depth > 0) return work();
      // The write lock first: what is read inside must not be older than what is written.
      database.exec('BEGIN IMMEDIATE');
      depth += 1;
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      } finally {
        depth -= 1;
      }
    },
    close: () => database.close(),
  };
}

function openFile(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    // Made by us first, so that SQLite never chooses the rights; its journal files take those of the file.
    closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600));
    database = new DatabaseSync(file, { timeout: busyTimeoutMs });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    migrate(database, file);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof OpenGsaError) throw cause;
    if (isDamage(cause)) throw damaged(file, cause);
    throw new OpenGsaError('bad-config', `${file}: cannot be opened as the edge's store`, { cause });
  }
}

/**
 * Reads every page of the store: what is damaged is found when an edge starts and not when a device asks. Some 10 ms for
 * ten thousand devices.
 *
 * @throws OpenGsaError `bad-config` that names the remedy
 */
export function refuseDamage(file: string): void {
  const database = openFile(file);
  try {
    const fault = faultOf(database, 'quick_check');
    if (fault !== null) throw damaged(file, fault);
  } catch (cause) {
    throw isDamage(cause) ? damaged(file, cause) : cause;
  } finally {
    database.close();
  }
}

/** SQLITE_CORRUPT and its extended codes. */
function isDamage(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === 11
  );
}

function damaged(file: string, cause: unknown): OpenGsaError {
  return new OpenGsaError(
    'bad-config',
    `${file}: the store is damaged; stop the edge, move ${file} and the files ${file}-wal and ${file}-shm away, and put a backup in its place`,
    { cause },
  );
}

function migrate(database: DatabaseSync, file: string): void {
  // The lock is taken before the version is read: two programs that open a fresh file must not both migrate it.
  database.exec('BEGIN IMMEDIATE');
  try {
    const { user_version: version } = parse(
      z.object({ user_version: z.int() }),
      database.prepare('PRAGMA user_version').get(),
      file,
      'bad-config',
    );
    if (version > migrations.length) {
      throw new OpenGsaError('bad-config', `${file}: was made by a later version of this program`);
    }
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
