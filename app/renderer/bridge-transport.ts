// The way to the desktop program: what its preload script has put into the page.
import { bridgeName, type Transport } from '../shared/transport.ts';

/** Null where the page is not in a window of the desktop program. */
export function bridgeTransport(page: Window): Transport | null {
  return (page as { readonly [bridgeName]?: Transport })[bridgeName] ?? null;
}
