// What the exports and their thread say to each other.
import type { ExportSource } from './exported-record.ts';
import type { ExportCounts, ExporterChange } from './exporter.ts';
import type { LoadedExport } from './load-exports.ts';

export type ExportPlan = { readonly source: ExportSource; readonly exports: readonly LoadedExport[] };

/** `records` as JSON text: copied between threads in a fraction of the time that objects take. */
export type ToExportThread =
  | { readonly type: 'records'; readonly records: string }
  | { readonly type: 'close'; readonly patienceMs: number };

/** Counts are in the order of the plan's exports. */
export type FromExportThread =
  /** The last `records` are in the queues. */
  | { readonly type: 'taken' }
  | { readonly type: 'counts'; readonly counts: readonly ExportCounts[] }
  | { readonly type: 'change'; readonly name: string; readonly change: ExporterChange };
