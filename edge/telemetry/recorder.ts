// Keeps the records of flows for questions about them, in a thread of its own: no flow waits for the disk.
import { Worker } from 'node:worker_threads';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { RecordPage, RecordQuery } from '../store/record-store.ts';
import { createRecordBatches, type RecordBatches } from './record-batches.ts';
import type { FromThread, RecorderSettings, ToThread } from './recorder-messages.ts';

const thread = new URL('./recorder-thread.ts', import.meta.url);

export type Recorder = {
  /** Never throws and never waits. */
  readonly write: RecordBatches['add'];
  /** Finds records that were written some seconds ago or earlier. @throws OpenGsaError `internal` */
  readonly query: (query: RecordQuery) => Promise<RecordPage>;
  readonly lagMs: RecordBatches['lagMs'];
  readonly counts: RecordBatches['counts'];
  /** Resolves when what waits is kept. */
  readonly close: () => Promise<void>;
};

export type RecorderOptions = RecorderSettings & {
  /** Told once per series of failures. */
  readonly onFault: (error: OpenGsaError) => void;
};

type Question = {
  readonly resolve: (page: RecordPage) => void;
  readonly reject: (error: OpenGsaError) => void;
};

export function createRecorder({ onFault, ...settings }: RecorderOptions): Recorder {
  const { file } = settings;
  const worker = new Worker(thread, { workerData: settings });
  const send = (message: ToThread): void => worker.postMessage(message);
  const fault = (what: string, reason: string): OpenGsaError =>
    new OpenGsaError('internal', `${file}: ${what}: ${reason}`);
  const questions = new Map<number, Question>();
  let lastQuestion = 0;
  let closing = false;
  const batches = createRecordBatches({
    send: (batch) => send({ type: 'add', records: JSON.stringify(batch) }),
    onLoss: (reason) => onFault(fault('flow records are not kept', reason)),
    onFinished: () => send({ type: 'close' }),
  });
  const take = (id: number): Question | undefined => {
    const question = questions.get(id);
    questions.delete(id);
    return question;
  };

  worker.on('message', (message: FromThread) => {
    if (message.type === 'added') batches.settle(null);
    else if (message.type === 'failed') batches.settle(message.reason);
    else if (message.type === 'page') take(message.id)?.resolve(message.page);
    else if (message.type === 'query-failed')
      take(message.id)?.reject(fault('cannot be searched', message.reason));
    else if (message.type === 'begun-anew')
      onFault(fault('is damaged and begun anew', `the records before are in ${message.kept}`));
    else onFault(fault('old records remain', message.reason));
  });
  worker.on('error', (error) => onFault(fault('no more records are kept', explain(error))));
  const ended = new Promise<void>((resolve) => worker.on('exit', () => resolve()));
  void ended.then(() => {
    closing = true;
    for (const { reject } of questions.values())
      reject(fault('cannot be searched', 'the recorder has ended'));
    questions.clear();
  });

  return {
    write: batches.add,
    query: (query) =>
      new Promise((resolve, reject) => {
        if (closing) {
          reject(fault('cannot be searched', 'the edge stops'));
          return;
        }
        lastQuestion += 1;
        questions.set(lastQuestion, { resolve, reject });
        send({ type: 'query', id: lastQuestion, query });
      }),
    lagMs: batches.lagMs,
    counts: batches.counts,
    async close() {
      if (!closing) batches.finish();
      closing = true;
      await ended;
    },
  };
}
