// Keeps the records of flows and connections for questions about them, in a thread of its own: no flow waits for the disk.
import { Worker } from 'node:worker_threads';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { ConnectionRecord } from './connection-record.ts';
import type { FlowLogRecord } from './flow-log.ts';
import { createRecordBatches, type RecordBatches } from './record-batches.ts';
import type { FromThread, RecorderSettings, RecordKind, ToThread } from './recorder-messages.ts';

const thread = new URL('./recorder-thread.ts', import.meta.url);

/** Neither write ever throws or waits. */
export type Recorder = {
  readonly write: (record: FlowLogRecord) => void;
  /** What is known of a connection, in place of what was known before. */
  readonly track: (record: ConnectionRecord) => void;
  /** Of flows, as the counts. */
  readonly lagMs: RecordBatches['lagMs'];
  readonly counts: RecordBatches['counts'];
  /** Resolves when what waits is kept. */
  readonly close: () => Promise<void>;
};

export type RecorderOptions = RecorderSettings & {
  /** Told once per series of failures. */
  readonly onFault: (error: OpenGsaError) => void;
};

export function createRecorder({ onFault, ...settings }: RecorderOptions): Recorder {
  const { file } = settings;
  const worker = new Worker(thread, { workerData: settings });
  const send = (message: ToThread): void => worker.postMessage(message);
  const fault = (what: string, reason: string): OpenGsaError =>
    new OpenGsaError('internal', `${file}: ${what}: ${reason}`);
  const unfinished = new Set<RecordKind>(['flows', 'connections']);
  const batchesOf = (kind: RecordKind): RecordBatches =>
    createRecordBatches({
      send: (batch) => send({ type: 'add', kind, records: batch.join('\n') }),
      onLoss: (reason) => onFault(fault(lost[kind], reason)),
      onFinished: () => {
        unfinished.delete(kind);
        if (unfinished.size === 0) send({ type: 'close' });
      },
    });
  const batches = {
    flows: batchesOf('flows'),
    connections: batchesOf('connections'),
  };

  worker.on('message', (message: FromThread) => {
    if (message.type === 'added') batches[message.kind].settle(null);
    else if (message.type === 'failed') batches[message.kind].settle(message.reason);
    else if (message.type === 'begun-anew')
      onFault(fault('is damaged and begun anew', `the records before are in ${message.kept}`));
    else onFault(fault('old records remain', message.reason));
  });
  worker.on('error', (error) => onFault(fault('no more records are kept', explain(error))));
  const ended = new Promise<void>((resolve) => worker.on('exit', () => resolve()));
  let closing = false;
  void ended.then(() => (closing = true));

  return {
    // As JSON at once: an object that waits for seconds is one that the collector of garbage moves about.
    write: (record) => batches.flows.add(JSON.stringify(record)),
    track: (record) => batches.connections.add(JSON.stringify(record)),
    lagMs: batches.flows.lagMs,
    counts: batches.flows.counts,
    async close() {
      if (!closing) for (const one of Object.values(batches)) one.finish();
      closing = true;
      await ended;
    },
  };
}

const lost: Readonly<Record<RecordKind, string>> = {
  flows: 'flow records are not kept',
  connections: 'records of connections are not kept',
};
