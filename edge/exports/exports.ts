// Hands records of flows and audit entries to collectors of logs. A flow pays one push; a thread does the rest.
import { Worker } from 'node:worker_threads';
import { explain } from '../../protocol/error.ts';
import type { AuditEntry } from '../store/audit-store.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';
import type { ExportPlan, FromExportThread, ToExportThread } from './export-messages.ts';
import type { ExportedRecord } from './exported-record.ts';
import type { ExportCounts } from './exporter.ts';
import { exportConcerns } from './load-exports.ts';

const thread = new URL('./export-thread.ts', import.meta.url);
/** What is gathered for the thread in one message: some 2 ms of work. */
const batchEveryMs = 200;
const maxBatch = 500;
/** Some 10 s of 2,000 flows a second, while the thread is busy. */
const maxWaiting = 20_000;

/** How one collector fares, under its name. */
export type ExportFigures = ExportCounts & { readonly name: string };

export type LogExports = {
  /** Never throws and never waits. */
  readonly traffic: (record: FlowLogRecord) => void;
  /** Never throws and never waits. */
  readonly audit: (entry: AuditEntry) => void;
  readonly figures: () => readonly ExportFigures[];
  /** Resolves when everything is delivered, or collectors were waited for long enough. */
  readonly close: () => Promise<void>;
};

export type ExportLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};

/**
 * Without any collector there is no thread.
 *
 * @param patienceMs after so long a collector that takes nothing no longer holds up the end
 */
export function createLogExports(plan: ExportPlan, log: ExportLog, patienceMs = 5000): LogExports {
  if (plan.exports.length === 0) return noExports;
  for (const concern of exportConcerns(plan.exports)) log.warn({}, concern);
  const worker = new Worker(thread, { workerData: plan });
  const send = (message: ToExportThread): void => worker.postMessage(message);
  let waiting: ExportedRecord[] = [];
  let isSending = false;
  let timer: NodeJS.Timeout | null = null;
  let counts: readonly ExportCounts[] = [];
  let lost = 0;
  let ended = false;
  const whenTaken: (() => void)[] = [];

  const flush = (): void => {
    timer = null;
    if (isSending || ended) return;
    if (waiting.length === 0) {
      for (const resolve of whenTaken.splice(0)) resolve();
      return;
    }
    const batch = waiting.slice(0, maxBatch);
    waiting = waiting.slice(maxBatch);
    isSending = true;
    send({ type: 'records', records: JSON.stringify(batch) });
  };
  const add = (exported: ExportedRecord): void => {
    if (ended || waiting.length >= maxWaiting) {
      lost += 1;
      return;
    }
    waiting.push(exported);
    timer ??= setTimeout(flush, batchEveryMs);
  };

  worker.on('message', (message: FromExportThread) => {
    if (message.type === 'counts') counts = message.counts;
    else if (message.type === 'change') tell(log, message);
    else {
      isSending = false;
      if (waiting.length >= maxBatch || whenTaken.length > 0) flush();
      else if (waiting.length > 0) timer ??= setTimeout(flush, batchEveryMs);
    }
  });
  worker.on('error', (error) => log.error({ reason: explain(error) }, 'no more records go to collectors'));
  const over = new Promise<void>((resolve) => worker.on('exit', () => resolve())).then(() => {
    ended = true;
    lost += waiting.length;
    waiting = [];
    for (const resolve of whenTaken.splice(0)) resolve();
  });

  return {
    traffic: (record) => add({ kind: 'traffic', record }),
    audit: (entry) => add({ kind: 'audit', entry }),
    figures: () => plan.exports.map(({ name }, i) => figuresOf(name, counts[i], waiting.length, lost)),
    async close() {
      if (!ended) {
        await new Promise<void>((resolve) => {
          whenTaken.push(resolve);
          flush();
        });
        if (timer !== null) clearTimeout(timer);
        send({ type: 'close', patienceMs });
      }
      await over;
    },
  };
}

const noExports: LogExports = {
  traffic: () => undefined,
  audit: () => undefined,
  figures: () => [],
  close: () => Promise.resolve(),
};

/** What the thread has not seen yet waits for each collector, and what it will never see is lost to each. */
function figuresOf(
  name: string,
  counts: ExportCounts | undefined,
  waiting: number,
  lost: number,
): ExportFigures {
  const { delivered, dropped, waiting: queued } = counts ?? { delivered: 0, dropped: 0, waiting: 0 };
  return { name, delivered, dropped: dropped + lost, waiting: queued + waiting };
}

function tell(
  log: ExportLog,
  { name: collector, change }: Extract<FromExportThread, { type: 'change' }>,
): void {
  switch (change.kind) {
    case 'failing':
      log.warn({ collector, reason: change.reason }, 'a collector of logs takes nothing');
      break;
    case 'losing':
      log.error({ collector, reason: change.reason }, 'records for a collector of logs are dropped');
      break;
    case 'recovered':
      log.info({ collector, missing: change.dropped }, 'a collector of logs takes records again');
  }
}
