// Who may do what in the administration API: roles of Entra ID, permissions of Microsoft Graph, and which role holds which.

/**
 * Permissions as Graph names them. What Graph's reference asks for, by resource (least privileged, pages of 2023 to 2026):
 * `networkAccess` settings and forwarding: `NetworkAccess.Read.All`, `NetworkAccess.ReadWrite.All` (older pages:
 * `NetworkAccessPolicy.…`, the same rights); traffic logs: `NetworkAccess.Read.All`; `auditLogs/directoryAudits`:
 * `AuditLog.Read.All`; named locations: `Policy.Read.All`, to change them `Policy.ReadWrite.ConditionalAccess` as well.
 * `NetworkAccess-Reports.Read.All` is the narrower right to the logs alone.
 */
export const scopes = [
  'NetworkAccess.Read.All',
  'NetworkAccess.ReadWrite.All',
  'NetworkAccess-Reports.Read.All',
  'AuditLog.Read.All',
  'Policy.Read.All',
  'Policy.ReadWrite.ConditionalAccess',
] as const;
export type Scope = (typeof scopes)[number];

export const administratorRoles = [
  'Global Secure Access Administrator',
  'Conditional Access Administrator',
  'Security Reader',
  'Global Secure Access Log Reader',
] as const;
export type AdministratorRole = (typeof administratorRoles)[number];

/**
 * Entra ID's built-in roles in terms of the permissions above. In Entra ID the Global Secure Access Administrator reads
 * audit logs and named locations and changes none of the latter. That a Conditional Access Administrator reads the
 * network's settings is this edge's own decision: its locations decide what a switch of signalling means.
 */
const held: Readonly<Record<AdministratorRole, readonly Scope[]>> = {
  'Global Secure Access Administrator': [
    'NetworkAccess.Read.All',
    'NetworkAccess.ReadWrite.All',
    'NetworkAccess-Reports.Read.All',
    'AuditLog.Read.All',
    'Policy.Read.All',
  ],
  'Conditional Access Administrator': [
    'NetworkAccess.Read.All',
    'Policy.Read.All',
    'Policy.ReadWrite.ConditionalAccess',
  ],
  'Security Reader': [
    'NetworkAccess.Read.All',
    'NetworkAccess-Reports.Read.All',
    'AuditLog.Read.All',
    'Policy.Read.All',
  ],
  'Global Secure Access Log Reader': ['NetworkAccess-Reports.Read.All'],
};

export function scopesOf(role: AdministratorRole): readonly Scope[] {
  return held[role];
}

/** The role that a person means: its name in any case, with dashes or spaces; null where there is none. */
export function roleNamed(text: string): AdministratorRole | null {
  const folded = (name: string): string =>
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_-]+/g, ' ');
  return administratorRoles.find((role) => folded(role) === folded(text)) ?? null;
}
