// The records that wait to be kept, as JSON: gathered into batches, one under way at a time, bounded and counted.
import { performance } from 'node:perf_hooks';

/** Written together: a commit and its scattered pages cost the same for one record as for many. */
const batchEveryMs = 2000;
/** Some 50 s of 2,000 flows a second; what comes beyond it is counted and not kept. */
const maxWaiting = 100_000;
const maxBatch = 10_000;

export type RecordBatches = {
  /** Never throws and never waits. */
  readonly add: (record: string) => void;
  /** The batch under way is kept, or it is not for this reason. */
  readonly settle: (reason: string | null) => void;
  /** How long the oldest record that is not kept yet has waited. */
  readonly lagMs: () => number;
  readonly counts: () => { readonly kept: number; readonly dropped: number };
  /** Sends what waits and takes nothing more. */
  readonly finish: () => void;
};

export type RecordBatchesOptions = {
  readonly send: (batch: readonly string[]) => void;
  /** Told once per series of losses. */
  readonly onLoss: (reason: string) => void;
  /** Everything that waited has been settled after `finish`. */
  readonly onFinished: () => void;
};

export function createRecordBatches({ send, onLoss, onFinished }: RecordBatchesOptions): RecordBatches {
  const waiting: string[] = [];
  let oldestAt: number | null = null;
  let underWay: { readonly count: number; readonly since: number } | null = null;
  let [kept, dropped] = [0, 0];
  let losing = false;
  let finishing = false;
  let timer: NodeJS.Timeout | null = null;

  const flush = (): void => {
    timer = null;
    if (underWay !== null) return;
    const batch = waiting.splice(0, maxBatch);
    if (batch.length > 0) {
      underWay = { count: batch.length, since: oldestAt ?? performance.now() };
      oldestAt = waiting.length > 0 ? performance.now() : null;
      send(batch);
    } else if (finishing) onFinished();
  };
  const schedule = (): void => {
    if (finishing || waiting.length >= maxBatch) flush();
    else if (waiting.length > 0) timer ??= setTimeout(flush, batchEveryMs);
  };
  const lose = (count: number, reason: string): void => {
    dropped += count;
    if (losing) return;
    losing = true;
    onLoss(reason);
  };

  return {
    add(record) {
      if (finishing) return;
      if (waiting.length >= maxWaiting) {
        lose(1, 'the disk is too slow');
        return;
      }
      oldestAt ??= performance.now();
      waiting.push(record);
      schedule();
    },
    settle(reason) {
      const count = underWay?.count ?? 0;
      underWay = null;
      if (reason === null) {
        kept += count;
        losing = false;
      } else lose(count, reason);
      schedule();
    },
    lagMs: () => {
      const since = underWay?.since ?? oldestAt;
      return since === null ? 0 : performance.now() - since;
    },
    counts: () => ({ kept, dropped }),
    finish() {
      if (timer !== null) clearTimeout(timer);
      finishing = true;
      flush();
    },
  };
}
