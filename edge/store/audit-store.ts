// Who changed what.

/** One act of administration. */
export type AuditEntry = {
  readonly at: string;
  /** Who: `uid 1000`, `administrator NAME`, `device laptop`, or the address of a stranger who tried to enrol. */
  readonly who: string;
  readonly action: AuditAction;
  /** What it was done to, and what was confirmed. */
  readonly detail: string;
};

export const auditActions = [
  'devices.add',
  'devices.enroll',
  'devices.renew',
  'devices.revoke',
  'enrollment.refuse',
  'invitations.add',
  'invitations.revoke',
  'signaling.enable',
  'signaling.disable',
  'administrators.add',
  'administrators.revoke',
  'forwardingProfiles.update',
  'forwardingPolicies.update',
  'profiles.publish',
  'profiles.rollback',
  'profiles.assign',
  'profiles.unassign',
  'profiles.propose',
  'profiles.approve',
  'breakGlass.on',
  'breakGlass.off',
  'devices.groups',
  'namedLocations.add',
  'namedLocations.update',
  'namedLocations.remove',
  /** A change that was asked for through the administration API and not made. */
  'administration.refused',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** Numbers rise. */
export type NumberedAuditEntry = AuditEntry & { readonly number: number };

export type AuditStore = {
  readonly add: (entry: AuditEntry) => void;
  /** The latest first. */
  readonly latest: (limit: number) => readonly AuditEntry[];
  /** As `latest`, one page: the entries that were written before the one with the number `before`. */
  readonly page: (limit: number, before: number | null) => readonly NumberedAuditEntry[];
};
