// A program that changes the store without a pause, and says of each change that it was kept: `store-writer.ts FILE FIRST`.
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../edge/store/sqlite/store.ts';

const [file = '', first = '0'] = process.argv.slice(2);
const at = '2026-06-01T00:00:00.000Z';
const store = openSqliteStore(file, at);
for (let i = Number(first); ; i += 1) {
  store.transaction(() => {
    store.devices.add({ name: `laptop-${i}`, thumbprint: `thumbprint-${i}`, createdAt: at, expiresAt: at });
    store.audit.add({ at, who: 'uid 1', action: 'devices.add', detail: `laptop-${i}` });
  });
  // The descriptor itself: what a stream still holds when the program is killed was never said.
  writeSync(1, `${i}\n`);
}
