// Records of flows and connections in a SQLite file of their own.
import { z } from 'zod';
import { flowLogRecord } from '../../telemetry/flow-log.ts';
import { actionOf, addressesOf, hostOf, traceOf } from '../../reports/record-values.ts';
import type { RecordStore } from '../record-store.ts';
import { createCloseConnections, createTrack } from './connections.ts';
import { type Database, openDatabase } from './database.ts';
import { createLogSearch } from './log-search.ts';
import { logTables } from './log-tables.ts';
import { idsPerMs, msOfId, nextId } from './record-keys.ts';
import { recordMigrations } from './record-migrations.ts';

const storedRow = z.object({ id: z.int(), part: z.int(), record: z.string() });
const latestRow = z.object({ id: z.int(), part: z.int() });
const sizeRow = z.object({ size: z.int() });
/** Records that are indexed together, by what is as good as random: their pages stay in memory while it is written. */
const partSize = 20_000;
const bytesRow = z.object({ bytes: z.int() });

/**
 * Opens the records, makes the file where it does not exist (0600).
 *
 * What was added in the last moments may be lost when the machine loses power, never when the process ends: a record is
 * not worth a wait for the disk.
 *
 * @throws OpenGsaError `bad-config` where the file is no database of this program or of a later version
 */
export function openRecordStore(file: string): RecordStore {
  const database = openDatabase(file, {
    migrations: recordMigrations,
    synchronous: 'NORMAL',
    // Each record touches pages all over the indexes: they stay in memory, and go to the file many at a time.
    cacheKiB: 64 * 1024,
    checkpointPages: 16_000,
  });
  const search = {
    traffic: createLogSearch(database, logTables.traffic),
    connections: createLogSearch(database, logTables.connections),
  };
  return {
    add: createAdd(database),
    track: createTrack(database),
    closeConnections: createCloseConnections(database),
    find: (log, query) => search[log](query),
    prune: createPrune(database),
    close: database.close,
  };
}

function createAdd({ prepare, read, transaction }: Database): RecordStore['add'] {
  const latest = prepare('SELECT id, part FROM flows ORDER BY id DESC LIMIT 1');
  const sizeOf = prepare('SELECT count(*) AS size FROM flows WHERE part = ?');
  const addPart = prepare('INSERT OR IGNORE INTO parts (part) VALUES (?)');
  const addFlow = prepare(
    `INSERT INTO flows (id, thumbprint, host, action, class, reason, trace, record, part, person)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addName = prepare('INSERT OR IGNORE INTO device_names (name, thumbprint) VALUES (?, ?)');
  const addAddress = prepare('INSERT INTO addresses (part, address, id) VALUES (?, ?, ?)');
  // Only this thread writes.
  let { id: lastId, part } = read(latestRow.optional(), latest.get()) ?? { id: 0, part: 0 };
  let inPart = read(sizeRow, sizeOf.get(part)).size;
  // As large as the register of devices.
  const named = new Set<string>();
  return (records, texts) => {
    const names: string[] = [];
    transaction(() => {
      if (inPart >= partSize) {
        [part, inPart] = [part + 1, 0];
      }
      addPart.run(part);
      let count = 0;
      for (const record of records) {
        const { device, traceparent, reason, authority } = record;
        const id = nextId(lastId, Date.parse(record.endedAt));
        const text = texts?.[count] ?? JSON.stringify(record);
        addFlow.run(
          ...([id, device.thumbprint, hostOf(authority), actionOf(record), record.class, reason] as const),
          ...([traceOf(traceparent), text, part, record.person?.name.toLowerCase() ?? null] as const),
        );
        for (const address of addressesOf(record)) addAddress.run(part, address, id);
        const name = `${device.name} ${device.thumbprint}`;
        if (device.name !== null && !named.has(name)) {
          addName.run(device.name, device.thumbprint);
          names.push(name);
        }
        lastId = id;
        count += 1;
      }
      inPart += count;
    });
    // Not before it is sure that they are kept.
    for (const name of names) named.add(name);
  };
}

function createPrune({ prepare, read, transaction }: Database): RecordStore['prune'] {
  const oldest = prepare('SELECT id, part, record FROM flows WHERE id < ? ORDER BY id LIMIT ?');
  const removeAddress = prepare('DELETE FROM addresses WHERE part = ? AND address = ? AND id = ?');
  const remove = prepare('DELETE FROM flows WHERE id <= ?');
  const removeParts = prepare('DELETE FROM parts WHERE part < (SELECT part FROM flows ORDER BY id LIMIT 1)');
  const removeConnections = prepare(
    `DELETE FROM connections WHERE id IN (
       SELECT id FROM connections WHERE id < ? AND status = 'closed' AND updated_at < ? ORDER BY id LIMIT ?)`,
  );
  const forgetConnections = (beforeMs: number, limit: number): void => {
    const end = Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(beforeMs * idsPerMs));
    removeConnections.run(Math.max(0, end), isoTime(beforeMs), limit);
  };
  const bytes = prepare(
    'SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size',
  );
  return ({ before, maxBytes, limit }) =>
    transaction(() => {
      const isFull = read(bytesRow, bytes.get()).bytes > maxBytes;
      const end = isFull ? Number.MAX_SAFE_INTEGER : Math.ceil(before * idsPerMs);
      const rows = read(z.array(storedRow), oldest.all(end, limit));
      const last = rows.at(-1);
      forgetConnections(Math.max(before, last === undefined ? 0 : msOfId(last.id)), limit);
      if (last === undefined) return 0;
      for (const row of rows)
        for (const address of addressesOf(read(flowLogRecord, JSON.parse(row.record))))
          removeAddress.run(row.part, address, row.id);
      remove.run(last.id);
      removeParts.run();
      return rows.length;
    });
}

/** Times of the store as text, within what a date can be. */
function isoTime(ms: number): string {
  return new Date(Math.min(8.64e15, Math.max(0, ms))).toISOString();
}
