// Tenant restrictions v2: the one field that tells Entra ID which policy holds on this device.
import type { Field } from '../../protocol/http-fields.ts';

/** The organisation's tenant, and the identifier of its policy there; both are GUIDs. */
export type TenantRestriction = { readonly tenantId: string; readonly policyId: string };

/**
 * The fields of a request with the restriction in place of whatever the application sent in its place: the same field in
 * any spelling, and the two of tenant restrictions v1, which must not stand beside it.
 */
export function restrictedFields(
  fields: readonly Field[],
  { tenantId, policyId }: TenantRestriction,
): Field[] {
  return [...withoutRestriction(fields), ['sec-Restrict-Tenant-Access-Policy', `${tenantId}:${policyId}`]];
}

export function withoutRestriction(fields: readonly Field[]): Field[] {
  return fields.filter(([name]) => !restrictions.has(bareName(name)));
}

/** Servers that hand fields to applications as variables do not tell `_` from `-`, and some drop other characters. */
function bareName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

const restrictions: ReadonlySet<string> = new Set(
  ['sec-Restrict-Tenant-Access-Policy', 'Restrict-Access-To-Tenants', 'Restrict-Access-Context'].map(
    bareName,
  ),
);
