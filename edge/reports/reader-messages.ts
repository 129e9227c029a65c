// What the reader of logs and its thread say to each other.
import type { Query } from '../core/odata/query.ts';
import type { LogName } from '../store/record-store.ts';

export type ToReader = { readonly id: number; readonly log: LogName; readonly query: Query };

export type FromReader =
  /** `page` as JSON text: copied between threads in a fraction of the time that objects take. */
  | { readonly type: 'page'; readonly id: number; readonly page: string }
  /** `isCallers`: the question cannot be answered; else the records could not be read. */
  | { readonly type: 'failed'; readonly id: number; readonly isCallers: boolean; readonly reason: string };
