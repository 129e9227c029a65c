// Writes down who changed what: in the store, and for whoever listens.
import type { AuditAction, AuditEntry } from './store/audit-store.ts';
import type { Store } from './store/store.ts';

export type Audit = (who: string, action: AuditAction, detail: string) => void;

export type AuditOptions = {
  readonly store: Pick<Store, 'audit'>;
  readonly now: () => Date;
  readonly onAudit?: (entry: AuditEntry) => void;
};

export function createAudit({ store, now, onAudit }: AuditOptions): Audit {
  return (who, action, detail) => {
    const entry = { at: now().toISOString(), who, action, detail };
    store.audit.add(entry);
    onAudit?.(entry);
  };
}
