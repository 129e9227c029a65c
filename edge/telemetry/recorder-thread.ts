// The thread that keeps records: the disk may be slow here, because no flow passes through it.
import { renameSync, rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { explain } from '../../protocol/error.ts';
import type { RecordStore } from '../store/record-store.ts';
import { isDamage } from '../store/sqlite/database.ts';
import { openRecordStore } from '../store/sqlite/records.ts';
import type { ConnectionRecord } from './connection-record.ts';
import type { FlowLogRecord } from './flow-log.ts';
import type { FromThread, RecorderSettings, ToThread } from './recorder-messages.ts';

const settings = workerData as RecorderSettings;
const dayMs = 86_400_000;
const pruneEveryMs = 60_000;
/** So many at a time that records which wait to be written wait some 100 ms at most. */
const pruneAtATime = 2000;

let store: RecordStore | null = null;

parentPort?.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'add':
      add(message);
      break;
    case 'close':
      clearInterval(pruning);
      store?.close();
      parentPort?.close();
  }
});
const pruning = setInterval(prune, pruneEveryMs);
setTimeout(prune, 0);

function add({ kind, records }: Extract<ToThread, { type: 'add' }>): void {
  try {
    const texts = records.split('\n');
    if (kind === 'flows') opened().add(parsed<FlowLogRecord>(texts), texts);
    else opened().track(parsed<ConnectionRecord>(texts));
    say({ type: 'added', kind });
  } catch (error) {
    say({ type: 'failed', kind, reason: explain(error) });
  }
}

/** One at a time, as they are kept. The other end of this program wrote them. */
function* parsed<T>(texts: readonly string[]): Iterable<T> {
  for (const text of texts) yield JSON.parse(text) as T;
}

function prune(): void {
  try {
    const before = Date.now() - settings.retentionDays * dayMs;
    const removed = opened().prune({ before, maxBytes: settings.maxBytes, limit: pruneAtATime });
    if (removed === pruneAtATime) setTimeout(prune, 0);
  } catch (error) {
    // Where the file cannot be opened, the next record says so.
    if (store !== null) say({ type: 'prune-failed', reason: explain(error) });
  }
}

/** Opened when it is needed and not open: what kept it from being opened may have gone. */
function opened(): RecordStore {
  if (store !== null) return store;
  store = openOrStartAnew();
  store.closeConnections();
  return store;
}

/** Records are no reason to lose later ones: a file that cannot be read makes room, and stays for whoever can mend it. */
function openOrStartAnew(): RecordStore {
  try {
    return openRecordStore(settings.file);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const kept = `${settings.file}.damaged`;
    renameSync(settings.file, kept);
    say({ type: 'begun-anew', kept });
    for (const suffix of ['-wal', '-shm']) rmSync(`${settings.file}${suffix}`, { force: true });
    return openRecordStore(settings.file);
  }
}

function say(message: FromThread): void {
  parentPort?.postMessage(message);
}
