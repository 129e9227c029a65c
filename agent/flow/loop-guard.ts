// Tells whether a destination is one of the agent's own listeners: a flow to it would come back for ever.
import type { Address } from '../../protocol/address.ts';

export type OwnListener = { readonly address: Address; readonly port: number };

/**
 * Whether a connection to `address` and `port` would reach one of `listeners`. Systems take a connection to the
 * unspecified address for one to loopback; a listener on the unspecified address has every address of the machine.
 *
 * @param machineAddresses asked only where a listener has them all
 */
export function isOwnListener(
  listeners: readonly OwnListener[],
  machineAddresses: () => readonly string[],
  address: Address,
  port: number,
): boolean {
  return listeners.some(
    (listener) =>
      listener.port === port &&
      (listener.address.text === address.text ||
        isUnspecified(address) ||
        (isUnspecified(listener.address) &&
          (isLoopback(address) || machineAddresses().includes(address.text)))),
  );
}

function isUnspecified({ bytes }: Address): boolean {
  return bytes.every((byte) => byte === 0);
}

function isLoopback({ family, bytes, text }: Address): boolean {
  return family === 'ipv4' ? bytes[0] === 127 : text === '::1';
}
