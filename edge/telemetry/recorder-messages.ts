// What the recorder and its thread say to each other.

export type RecorderSettings = {
  readonly file: string;
  readonly retentionDays: number;
  /** The largest size on disk; the oldest records make room. */
  readonly maxBytes: number;
};

/** `records` as JSON, one to a line: copied between threads in a fraction of the time that objects take, and kept as it is. */
export type ToThread =
  { readonly type: 'add'; readonly kind: RecordKind; readonly records: string } | { readonly type: 'close' };

export type RecordKind = 'flows' | 'connections';

export type FromThread =
  | { readonly type: 'added'; readonly kind: RecordKind }
  /** The records of the last `add` of that kind are not kept. */
  | { readonly type: 'failed'; readonly kind: RecordKind; readonly reason: string }
  /** The file was damaged: the records before are in `kept`, for whoever can mend it. */
  | { readonly type: 'begun-anew'; readonly kept: string }
  /** Old records could not be removed. */
  | { readonly type: 'prune-failed'; readonly reason: string };
