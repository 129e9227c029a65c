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
  readonly write: RecordBatches<FlowLogRecord>['add'];
  /** What is known of a connection, in place of what was known before. */
  readonly track: RecordBatches<ConnectionRecord>['add'];
  /** Of flows, as the counts. */
  readonly lagMs: RecordBatches<FlowLogRecord>['lagMs'];
  readonly counts: RecordBatches<FlowLogRecord>['counts'];
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
  const batchesOf = <T>(kind: RecordKind): RecordBatches<T> =>
    createRecordBatches<T>({
      send: (batch) =>
        send({ type: 'add', kind, records: batch.map((one) => JSON.stringify(one)).join('\n') }),
      onLoss: (reason) => onFault(fault(lost[kind], reason)),
      onFinished: () => {
        unfinished.delete(kind);
        if (unfinished.size === 0) send({ type: 'close' });
      },
    });
  const batches = {
    flows: batchesOf<FlowLogRecord>('flows'),
    connections: batchesOf<ConnectionRecord>('connections'),
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
    write: batches.flows.add,
    track: batches.connections.add,
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
