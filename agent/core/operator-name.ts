// Who runs a service, as far as its name tells: answers of one operator are one voice, however many names it has.
import type { Host } from '../../protocol/destination.ts';

/** Names of services that are run by whom their own name does not say. */
const runBy: Readonly<Record<string, string>> = { 'icanhazip.com': 'cloudflare.com' };

/**
 * The last two labels of a name, or null for an address, which tells nothing. Under a suffix of two labels (co.uk) this
 * takes different operators for one: an agreement is then missed, and none is invented.
 */
export function operatorOf(host: Host): string | null {
  if (host.kind === 'address') return null;
  const name = host.name.split('.').slice(-2).join('.');
  return runBy[name] ?? name;
}
