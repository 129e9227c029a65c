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
  /** Whether another connection to the file has committed since this was last asked. */
  readonly changedElsewhere: () => boolean;
  readonly close: () => void;
};

/** What a file becomes when it is opened. */
export type Shape = {
  /** The steps to this version, in order. */
  readonly migrations: readonly string[];
  /** `FULL`: what was committed outlasts a power cut. `NORMAL`: the last commits may be lost then, and none waits. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** Pages that are kept in memory, and how many pages the journal has before they go to the file; SQLite's where absent. */
  readonly cacheKiB?: number;
  readonly checkpointPages?: number;
};

/** Changes with each commit of another connection, and with none of this one. */
const versionRow = z.object({ data_version: z.int() });

const store: Shape = { migrations, synchronous: 'FULL' };

/**
 * @param shape of the store where none is given
 * @throws OpenGsaError `bad-config` where the file is no database of this program or of a later version
 */
export function openDatabase(file: string, shape = store): Database {
  const database = openFile(file, shape);
  const version = database.prepare('PRAGMA data_version');
  const dataVersion = () => parse(versionRow, version.get(), file, 'bad-config').data_version;
  let known = dataVersion();
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
    changedElsewhere() {
      const before = known;
      known = dataVersion();
      return known !== before;
    },
    close: () => database.close(),
  };
}

function openFile(file: string, shape: Shape): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    // Made by us first, so that SQLite never chooses the rights; its journal files take those of the file.
    closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600));
    database = new DatabaseSync(file, { timeout: busyTimeoutMs });
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${shape.synchronous}; PRAGMA foreign_keys = ON;`,
    );
    if (shape.cacheKiB !== undefined) database.exec(`PRAGMA cache_size = -${shape.cacheKiB}`);
    if (shape.checkpointPages !== undefined)
      database.exec(`PRAGMA wal_autocheckpoint = ${shape.checkpointPages}`);
    migrate(database, file, shape.migrations);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof OpenGsaError) throw cause;
    if (isDamage(cause)) throw damaged(file, cause);
    throw new OpenGsaError('bad-config', `${file}: cannot be opened as the edge's database`, { cause });
  }
}

/**
 * Reads every page of the store: what is damaged is found when an edge starts and not when a device asks. Some 10 ms for
 * ten thousand devices.
 *
 * @throws OpenGsaError `bad-config` that names the remedy
 */
export function refuseDamage(file: string): void {
  const database = openFile(file, store);
  try {
    const fault = faultOf(database, 'quick_check');
    if (fault !== null) throw damaged(file, fault);
  } catch (cause) {
    throw isDamage(cause) ? damaged(file, cause) : cause;
  } finally {
    database.close();
  }
}

/** SQLITE_CORRUPT and its extended codes, in the error or in what caused it. */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isCorrupt = 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === 11;
  return isCorrupt || isDamage(error.cause);
}

function damaged(file: string, cause: unknown): OpenGsaError {
  return new OpenGsaError(
    'bad-config',
    `${file}: the store is damaged; stop the edge, move ${file} and the files ${file}-wal and ${file}-shm away, and put a backup in its place`,
    { cause },
  );
}

function migrate(database: DatabaseSync, file: string, steps: readonly string[]): void {
  // The lock is taken before the version is read: two programs that open a fresh file must not both migrate it.
  database.exec('BEGIN IMMEDIATE');
  try {
    const { user_version: version } = parse(
      z.object({ user_version: z.int() }),
      database.prepare('PRAGMA user_version').get(),
      file,
      'bad-config',
    );
    if (version > steps.length) {
      throw new OpenGsaError('bad-config', `${file}: was made by a later version of this program`);
    }
    for (const step of steps.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${steps.length}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
