// Records of connections: one row each, written when it begins, again while it lasts, and when it has ended.
import { z } from 'zod';
import { connectionStatus } from '../../reports/connection-entry.ts';
import type { RecordStore } from '../record-store.ts';
import type { Database } from './database.ts';
import { nextId } from './record-keys.ts';

const idRow = z.object({ id: z.int().nullable() });

export function createTrack({ prepare, read, transaction }: Database): RecordStore['track'] {
  const latest = prepare('SELECT max(id) AS id FROM connections');
  const update = prepare(
    'UPDATE connections SET status = ?, updated_at = ?, record = ? WHERE connection = ?',
  );
  const add = prepare(
    `INSERT INTO connections (id, connection, thumbprint, peer, status, updated_at, record)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const addName = prepare('INSERT OR IGNORE INTO device_names (name, thumbprint) VALUES (?, ?)');
  // Only this thread writes.
  let lastId = read(idRow, latest.get()).id ?? 0;
  return (connections) =>
    transaction(() => {
      for (const connection of connections) {
        const { id, device, updatedAt, peerAddress } = connection;
        const status = connectionStatus(connection);
        const text = JSON.stringify(connection);
        if (Number(update.run(status, updatedAt, text, id).changes) > 0) continue;
        const rowId = nextId(lastId, Date.parse(connection.startedAt));
        add.run(rowId, id, device.thumbprint, peerAddress, status, updatedAt, text);
        if (device.name !== null) addName.run(device.name, device.thumbprint);
        lastId = rowId;
      }
    });
}

export function createCloseConnections({ prepare }: Database): RecordStore['closeConnections'] {
  const close = prepare(
    `UPDATE connections SET status = 'closed', record = json_set(record, '$.isOpen', json('false'))
     WHERE status <> 'closed'`,
  );
  return () => void close.run();
}
