// What flows and connections were, kept for a while and found again by what an administrator knows of them.
import type { Query } from '../core/odata/query.ts';
import type { ConnectionRecord } from '../telemetry/connection-record.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';

/** Entries of a log in Graph's form, the latest first where the query says nothing else. */
export type LogPage = {
  readonly value: readonly object[];
  /** Of all that match; null where nobody asked. */
  readonly count: number | null;
  /** The options that lead to the next page, whatever is written meanwhile; null after the last. */
  readonly next: Readonly<Record<string, string>> | null;
};

export type LogName = 'traffic' | 'connections';

/** One thread writes; others may read the same store. */
export type RecordStore = {
  /**
   * Records of flows that ended: all of them or none.
   *
   * @param texts each of them as JSON, where the caller has it
   */
  readonly add: (records: Iterable<FlowLogRecord>, texts?: readonly string[]) => void;
  /** What is known of connections, in place of what was known before: all of it or nothing. */
  readonly track: (connections: Iterable<ConnectionRecord>) => void;
  /** Says of connections that were open that nobody saw them end: for an edge that starts. */
  readonly closeConnections: () => void;
  /**
   * A page may be short of what it could hold, and have a next one all the same, where too many rows were passed over.
   *
   * @throws OpenGsaError `bad-message` for a `$skiptoken` that is none, and a `$count` of too many
   */
  readonly find: (log: LogName, query: Query) => LogPage;
  /**
   * Forgets what ended before `before`, and the oldest beyond `maxBytes` on disk.
   *
   * @param limit how many at a time, so that writes never wait long
   * @returns how many flows it forgot; as many as `limit`: there may be more
   */
  readonly prune: (bounds: {
    readonly before: number;
    readonly maxBytes: number;
    readonly limit: number;
  }) => number;
  readonly close: () => void;
};
