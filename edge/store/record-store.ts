// What flows were: the record of each flow that ended, kept for a while and found again by what an administrator knows of it.
import type { FlowLogRecord } from '../telemetry/flow-log.ts';

/** Of each field that is given, all must hold. */
export type RecordFilter = {
  /** When the flow ended, in ms since the epoch: `from` included, `to` not. */
  readonly from?: number;
  readonly to?: number;
  readonly deviceName?: string;
  /** Of the device's certificate. */
  readonly thumbprint?: string;
  /** The host that was asked for, without a port. */
  readonly host?: string;
  readonly action?: RecordAction;
  readonly class?: NonNullable<FlowLogRecord['class']>;
  readonly reason?: string;
  /** A trace id, 32 hexadecimal digits, or its first 8 or more. */
  readonly trace?: string;
  /** The tunnel's peer, an attested address, the one that the destination was told, or the one that was dialled. */
  readonly address?: string;
};

/** As Microsoft Graph has it: what was refused is blocked. */
export type RecordAction = 'allow' | 'block';

export type RecordQuery = {
  readonly filter: RecordFilter;
  /** At most so many, 1 to 10,000. */
  readonly limit: number;
  /** `next` of the page before; null for the first. */
  readonly after: string | null;
};

export type StoredRecord = { readonly id: number; readonly record: FlowLogRecord };

export type RecordPage = {
  /** The latest end first. */
  readonly records: readonly StoredRecord[];
  /** Where the next page begins, whatever is added meanwhile; null after the last. */
  readonly next: string | null;
};

/** One thread writes; others may read the same store. */
export type RecordStore = {
  /** All of them or none. */
  readonly add: (records: readonly FlowLogRecord[]) => void;
  /** @throws OpenGsaError `bad-usage` for an `after` that is none */
  readonly query: (query: RecordQuery) => RecordPage;
  /**
   * Forgets what ended before `before`, and the oldest beyond `maxBytes` on disk.
   *
   * @param limit how many at a time, so that writes never wait long
   * @returns how many it forgot; as many as `limit`: there may be more
   */
  readonly prune: (bounds: {
    readonly before: number;
    readonly maxBytes: number;
    readonly limit: number;
  }) => number;
  readonly close: () => void;
};
