// Answers questions about the logs from the records, in a thread of its own that starts with the first question.
import { Worker } from 'node:worker_threads';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { Query } from '../core/odata/query.ts';
import type { LogName, LogPage } from '../store/record-store.ts';
import type { FromReader, ToReader } from './reader-messages.ts';

const thread = new URL('./reader-thread.ts', import.meta.url);
/** Each takes a tenth of a second at most on a machine that keeps up. */
export const mostQuestions = 32;

export type LogReader = {
  /**
   * Finds what was written some seconds ago or earlier.
   *
   * @throws OpenGsaError `bad-message` for a question that cannot be answered, `too-busy` where too many wait, `internal`
   */
  readonly find: (log: LogName, query: Query) => Promise<LogPage>;
  readonly close: () => Promise<void>;
};

type Question = {
  readonly resolve: (page: LogPage) => void;
  readonly reject: (error: OpenGsaError) => void;
};

export function createLogReader(file: string): LogReader {
  const questions = new Map<number, Question>();
  let lastId = 0;
  let worker: Worker | null = null;
  let closed = false;
  const unread = (reason: string): OpenGsaError =>
    new OpenGsaError('internal', `${file}: cannot be searched: ${reason}`);
  const giveUp = (error: OpenGsaError): void => {
    for (const { reject } of questions.values()) reject(error);
    questions.clear();
  };

  const start = (): Worker => {
    const started = new Worker(thread, { workerData: file });
    started.on('message', (message: FromReader) => {
      const question = questions.get(message.id);
      questions.delete(message.id);
      if (message.type === 'page') question?.resolve(JSON.parse(message.page) as LogPage);
      else question?.reject(message.isCallers ? callersFault(message.reason) : unread(message.reason));
    });
    started.on('error', (error) => giveUp(unread(explain(error))));
    started.on('exit', () => {
      giveUp(unread('the reader has ended'));
      if (worker === started) worker = null;
    });
    return started;
  };

  return {
    find: (log, query) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(unread('the edge stops'));
          return;
        }
        if (questions.size >= mostQuestions) {
          reject(new OpenGsaError('too-busy', 'too many questions about the logs wait; ask again later'));
          return;
        }
        worker ??= start();
        lastId += 1;
        questions.set(lastId, { resolve, reject });
        worker.postMessage({ id: lastId, log, query } satisfies ToReader);
      }),
    async close() {
      closed = true;
      await worker?.terminate();
    },
  };
}

function callersFault(reason: string): OpenGsaError {
  return new OpenGsaError('bad-message', reason);
}
