// What the recorder and its thread say to each other.
import type { RecordPage, RecordQuery } from '../store/record-store.ts';

export type RecorderSettings = {
  readonly file: string;
  readonly retentionDays: number;
  /** The largest size on disk; the oldest records make room. */
  readonly maxBytes: number;
};

/** `records` as JSON text: copied between threads in a fraction of the time that objects take. */
export type ToThread =
  | { readonly type: 'add'; readonly records: string }
  | { readonly type: 'query'; readonly id: number; readonly query: RecordQuery }
  | { readonly type: 'close' };

export type FromThread =
  | { readonly type: 'added' }
  /** The records of the last `add` are not kept. */
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'page'; readonly id: number; readonly page: RecordPage }
  | { readonly type: 'query-failed'; readonly id: number; readonly reason: string }
  /** The file was damaged: the records before are in `kept`, for whoever can mend it. */
  | { readonly type: 'begun-anew'; readonly kept: string }
  /** Old records could not be removed. */
  | { readonly type: 'prune-failed'; readonly reason: string };
