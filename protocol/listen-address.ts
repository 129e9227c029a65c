// Where a listener binds, as configuration files write it.
import { parseAuthority } from './destination.ts';

/** Port 0 lets the system choose. */
export type ListenAddress = { readonly address: string; readonly port: number };

/**
 * `127.0.0.1:8443` or `[::1]:8443`, the address in canonical form; null where the text is neither. The host is an
 * address: a listener that binds a name binds what DNS says.
 */
export function parseListenAddress(text: string): ListenAddress | null {
  const withoutPort = /^(.*):0$/.exec(text)?.[1];
  const destination = parseAuthority(withoutPort === undefined ? text : `${withoutPort}:1`);
  if (destination?.host.kind !== 'address') return null;
  return {
    address: destination.host.address.text,
    port: withoutPort === undefined ? destination.port : 0,
  };
}
