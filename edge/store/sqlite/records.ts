// Records of flows in a SQLite file of their own.
import { z } from 'zod';
import { OpenGsaError } from '../../../protocol/error.ts';
import { type FlowLogRecord, flowLogRecord } from '../../telemetry/flow-log.ts';
import type { RecordPage, RecordQuery, RecordStore } from '../record-store.ts';
import { type Database, openDatabase } from './database.ts';
import { searchOf } from './record-filter.ts';
import { actionOf, addressesOf, hostOf, idsPerMs, traceOf } from './record-keys.ts';
import { recordMigrations } from './record-migrations.ts';

const storedRow = z.object({ id: z.int(), record: z.string() });
const idRow = z.object({ id: z.int().nullable() });
const thumbprintRow = z.object({ thumbprint: z.string() });
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
  return {
    add: createAdd(database),
    query: createQuery(database),
    prune: createPrune(database),
    close: database.close,
  };
}

function createAdd({ prepare, read, transaction }: Database): RecordStore['add'] {
  const latest = prepare('SELECT max(id) AS id FROM flows');
  const addFlow = prepare(
    `INSERT INTO flows (id, thumbprint, host, action, class, reason, trace, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addName = prepare('INSERT OR IGNORE INTO device_names (name, thumbprint) VALUES (?, ?)');
  const addAddress = prepare('INSERT INTO addresses (address, id) VALUES (?, ?)');
  // Only this thread writes.
  let lastId = read(idRow, latest.get()).id ?? 0;
  // As large as the register of devices.
  const named = new Set<string>();
  return (records) => {
    transaction(() => {
      for (const record of records) {
        const { device, traceparent, reason } = record;
        // A clock that was set back does not bring records out of the order in which they came.
        const id = Math.max(lastId + 1, Date.parse(record.endedAt) * idsPerMs);
        addFlow.run(
          id,
          device.thumbprint,
          hostOf(record.authority),
          actionOf(record),
          record.class,
          reason,
          traceOf(traceparent),
          JSON.stringify(record),
        );
        for (const address of addressesOf(record)) addAddress.run(address, id);
        if (device.name !== null && !named.has(`${device.name} ${device.thumbprint}`)) {
          addName.run(device.name, device.thumbprint);
        }
        lastId = id;
      }
    });
    // Not before it is sure that they are kept.
    for (const { device } of records) named.add(`${device.name} ${device.thumbprint}`);
  };
}

function createQuery({ prepare, read }: Database): RecordStore['query'] {
  const thumbprintsOf = prepare('SELECT thumbprint FROM device_names WHERE name = ?');
  return ({ filter, limit, after }: RecordQuery): RecordPage => {
    const { deviceName } = filter;
    const named =
      deviceName === undefined ? null : read(z.array(thumbprintRow), thumbprintsOf.all(deviceName));
    const thumbprints = named?.map(({ thumbprint }) => thumbprint) ?? null;
    const { from, id, values } = searchOf(filter, thumbprints, after === null ? null : cursorId(after));
    const sql = `SELECT flows.id, flows.record ${from} ORDER BY ${id} DESC LIMIT ?`;
    // One more tells whether there is another page.
    const rows = read(z.array(storedRow), prepare(sql).all(...values, limit + 1));
    const records = rows.slice(0, limit).map((row) => ({ id: row.id, record: parsed(row.record, read) }));
    return { records, next: rows.length > limit ? String(records.at(-1)?.id) : null };
  };
}

function cursorId(text: string): number {
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new OpenGsaError('bad-usage', 'after: is no place where a page of records ended');
}

function parsed(text: string, read: Database['read']): FlowLogRecord {
  return read(flowLogRecord, JSON.parse(text));
}

function createPrune({ prepare, read, transaction }: Database): RecordStore['prune'] {
  const oldest = prepare('SELECT id, record FROM flows WHERE id < ? ORDER BY id LIMIT ?');
  const removeAddress = prepare('DELETE FROM addresses WHERE address = ? AND id = ?');
  const remove = prepare('DELETE FROM flows WHERE id <= ?');
  const bytes = prepare(
    'SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size',
  );
  return ({ before, maxBytes, limit }) =>
    transaction(() => {
      const isFull = read(bytesRow, bytes.get()).bytes > maxBytes;
      const end = isFull ? Number.MAX_SAFE_INTEGER : Math.ceil(before * idsPerMs);
      const rows = read(z.array(storedRow), oldest.all(end, limit));
      const last = rows.at(-1);
      if (last === undefined) return 0;
      for (const row of rows)
        for (const address of addressesOf(parsed(row.record, read))) removeAddress.run(address, row.id);
      remove.run(last.id);
      return rows.length;
    });
}
