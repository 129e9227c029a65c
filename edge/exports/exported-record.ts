// What leaves the edge for collectors of logs: records of flows, and entries of the audit log.
import type { AuditEntry } from '../store/audit-store.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';
import type { exportedRecords } from './export-config.ts';

export type ExportedKind = (typeof exportedRecords)[number];

export type ExportedRecord =
  | { readonly kind: 'traffic'; readonly record: FlowLogRecord }
  | { readonly kind: 'audit'; readonly entry: AuditEntry };

/** Which edge speaks. */
export type ExportSource = {
  readonly edge: string;
  readonly version: string;
  readonly processId: number;
};

/** How much a reader should care: whatever was refused stands out. */
export function isRefusal(exported: ExportedRecord): boolean {
  if (exported.kind === 'traffic') return exported.record.result === 'refused';
  const { action } = exported.entry;
  return action === 'administration.refused' || action === 'enrollment.refuse';
}

/** One sentence about it. */
export function sentenceOf(exported: ExportedRecord): string {
  if (exported.kind === 'audit') {
    const { who, action, detail } = exported.entry;
    return `${who}: ${action}: ${detail}`;
  }
  const { device, authority, result, reason, statedAddress } = exported.record;
  const told = statedAddress === null ? 'told no address' : `told ${statedAddress}`;
  const why = reason === null ? '' : ` (${reason})`;
  return `${device.name ?? device.thumbprint} to ${authority}: ${result}${why}, ${told}`;
}

/** When it came to be. */
export function momentOf(exported: ExportedRecord): string {
  return exported.kind === 'traffic' ? exported.record.endedAt : exported.entry.at;
}
