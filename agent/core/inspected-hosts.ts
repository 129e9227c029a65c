// The destinations that local inspection may read: four sign-in hosts, and nothing beside or below them.
import type { Destination } from '../../protocol/destination.ts';

/** Where Entra ID and Microsoft accounts read the tenant restriction; the whole of what may ever be inspected. */
export const inspectedHosts = [
  'login.microsoftonline.com',
  'login.microsoft.com',
  'login.windows.net',
  'login.live.com',
] as const;

export type InspectedHost = (typeof inspectedHosts)[number];

const known: ReadonlySet<string> = new Set(inspectedHosts);

/**
 * The host to inspect, or null. Exact names only: `device.login.microsoftonline.com` asks for the device's certificate,
 * which nobody in between can show.
 */
export function inspectedHost({ host, port }: Destination): InspectedHost | null {
  if (host.kind !== 'name' || port !== 443) return null;
  return isInspectedHost(host.name) ? host.name : null;
}

export function isInspectedHost(name: string): name is InspectedHost {
  return known.has(name);
}
