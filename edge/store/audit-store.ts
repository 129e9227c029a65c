// Who changed what.

/** One act of administration. */
export type AuditEntry = {
  readonly at: string;
  /** Who: `uid 1000`. */
  readonly who: string;
  readonly action: AuditAction;
  /** What it was done to, and what was confirmed. */
  readonly detail: string;
};

export const auditActions = [
  'devices.add',
  'devices.revoke',
  'signaling.enable',
  'signaling.disable',
] as const;
export type AuditAction = (typeof auditActions)[number];

export type AuditStore = {
  readonly add: (entry: AuditEntry) => void;
  /** The latest first. */
  readonly latest: (limit: number) => readonly AuditEntry[];
};
