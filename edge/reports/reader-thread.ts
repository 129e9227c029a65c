// The thread that searches the records: no flow waits for a search, and no record waits to be kept.
import { parentPort, workerData } from 'node:worker_threads';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { RecordStore } from '../store/record-store.ts';
import { openRecordStore } from '../store/sqlite/records.ts';
import type { FromReader, ToReader } from './reader-messages.ts';

const file = workerData as string;
let store: RecordStore | null = null;

parentPort?.on('message', ({ id, log, query }: ToReader) => {
  try {
    store ??= openRecordStore(file);
    say({ type: 'page', id, page: JSON.stringify(store.find(log, query)) });
  } catch (error) {
    const isCallers = error instanceof OpenGsaError && error.code === 'bad-message';
    say({ type: 'failed', id, isCallers, reason: isCallers ? error.message : explain(error) });
    // The file may have been damaged and begun anew.
    if (!isCallers) closeStore();
  }
});

function closeStore(): void {
  store?.close();
  store = null;
}

function say(message: FromReader): void {
  parentPort?.postMessage(message);
}
