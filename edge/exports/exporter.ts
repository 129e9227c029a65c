// One collector's queue: bounded, sent in batches one after the other, tried again with patience, its losses counted.
import { backoffDelayMs } from '../../protocol/backoff.ts';
import type { ExportedRecord } from './exported-record.ts';
import { createItemQueue, type ItemQueueLimits } from './item-queue.ts';

/** What became of a batch. */
export type Delivery =
  /** Of the batch, `rejected` items were not taken, for `reason`. */
  | { readonly kind: 'delivered'; readonly rejected: number; readonly reason: string | null }
  /** The collector will never take it. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** To be tried again as a whole, and not before `afterMs`. */
  | { readonly kind: 'failed'; readonly reason: string; readonly afterMs: number };

export type Sender = {
  /** Never rejects, and settles within its own time limit. */
  readonly deliver: (items: readonly string[]) => Promise<Delivery>;
  readonly close: () => void;
};

export type ExportCounts = {
  readonly delivered: number;
  readonly dropped: number;
  readonly waiting: number;
};

export type Exporter = {
  /** Never throws and never waits. */
  readonly add: (record: ExportedRecord) => void;
  readonly counts: () => ExportCounts;
  /** Resolves when everything is delivered, or `patienceMs` have passed; what is left then counts as dropped. */
  readonly close: (patienceMs: number) => Promise<void>;
};

export type ExporterOptions = {
  readonly encode: (record: ExportedRecord) => string;
  readonly sender: Sender;
  /** Told at the first failure of a series, at the first loss of a series, and when a series is over. */
  readonly onChange: (change: ExporterChange) => void;
  /** From 0 up to, and without, 1. */
  readonly random: () => number;
  readonly limits?: ItemQueueLimits;
};

export type ExporterChange =
  | { readonly kind: 'failing' | 'losing'; readonly reason: string }
  | { readonly kind: 'recovered'; readonly dropped: number };

/** Some 15,000 flows wait; a batch is a request or a write. */
const usualLimits: ItemQueueLimits = {
  waitingLength: 16 * 1024 * 1024,
  batchItems: 512,
  batchLength: 512 * 1024,
};
/** A collector that fails at once is not asked in a tight loop, whatever the dice say. */
const shortestPauseMs = 100;
/** A collector may ask for patience, but not for days. */
const longestPauseMs = 10 * 60_000;

export function createExporter(options: ExporterOptions): Exporter {
  const { encode, sender, onChange, random, limits = usualLimits } = options;
  const waiting = createItemQueue(limits);
  let underWay: readonly string[] = [];
  let isSending = false;
  let timer: NodeJS.Timeout | null = null;
  let failures = 0;
  let [delivered, dropped] = [0, 0];
  /** Losses of the present series; null while there is none. */
  let lost: number | null = null;
  let closed = false;
  const whenEmpty: (() => void)[] = [];

  const lose = (count: number, reason: string): void => {
    dropped += count;
    if (lost === null) onChange({ kind: 'losing', reason });
    lost = (lost ?? 0) + count;
  };

  const settle = (delivery: Delivery): void => {
    const count = underWay.length;
    if (delivery.kind === 'failed') {
      failures += 1;
      if (failures === 1) onChange({ kind: 'failing', reason: delivery.reason });
      const pause = Math.max(shortestPauseMs, delivery.afterMs, backoffDelayMs(failures, random()));
      timer = setTimeout(pump, Math.min(pause, longestPauseMs));
      return;
    }
    underWay = [];
    const rejected = delivery.kind === 'refused' ? count : Math.min(delivery.rejected, count);
    delivered += count - rejected;
    if (rejected > 0) lose(rejected, delivery.reason ?? 'the collector does not say why');
    // Over when all that waited has been taken: while the queue is full, each batch would end a series and begin another.
    else if (waiting.count() === 0 && (failures > 0 || lost !== null)) {
      onChange({ kind: 'recovered', dropped: lost ?? 0 });
      lost = null;
      failures = 0;
    } else if (failures > 0) failures = 1;
    pump();
  };

  const pump = (): void => {
    timer = null;
    if (isSending || closed) return;
    if (underWay.length === 0) underWay = waiting.take();
    if (underWay.length === 0) {
      for (const resolve of whenEmpty.splice(0)) resolve();
      return;
    }
    isSending = true;
    void sender.deliver(underWay).then((delivery) => {
      isSending = false;
      if (!closed) settle(delivery);
    });
  };

  return {
    add(record) {
      if (closed) return;
      if (!waiting.add(encode(record))) lose(1, 'more waits than the edge keeps for this collector');
      else if (timer === null) pump();
    },
    counts: () => ({ delivered, dropped, waiting: waiting.count() + underWay.length }),
    close: async (patienceMs) => {
      if (!closed && (waiting.count() > 0 || underWay.length > 0)) {
        let giveUp: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          whenEmpty.push(resolve);
          giveUp = setTimeout(resolve, patienceMs);
        });
        clearTimeout(giveUp);
      }
      closed = true;
      if (timer !== null) clearTimeout(timer);
      const left = waiting.clear() + underWay.length;
      underWay = [];
      if (left > 0) lose(left, 'the edge has ended before the collector took them');
      sender.close();
    },
  };
}
