// Ends what revoked devices have open where another process revoked them: a second edge on the same store, or a command.
import type { Store } from './store/store.ts';
import type { TunnelServer } from './server/tunnel-server.ts';

export type RevocationWatch = { readonly stop: () => void };

/** Two of these and the resets stay far below the five seconds in which a revocation has to hold. */
const lookAgainMs = 1000;

/**
 * @param onEnded told for each certificate with which a device was still connected
 * @param onFault told where the store could not be read; it is asked again
 */
export function watchRevocations(
  store: Pick<Store, 'changedElsewhere' | 'devices'>,
  tunnel: Pick<TunnelServer, 'connected' | 'revoke'>,
  onEnded: (device: string, ended: ReturnType<TunnelServer['revoke']>) => void,
  onFault: (error: unknown) => void,
): RevocationWatch {
  const look = (): void => {
    if (!store.changedElsewhere()) return;
    for (const thumbprint of tunnel.connected()) {
      const device = store.devices.byThumbprint(thumbprint);
      if (device !== null && device.revokedAt !== null) onEnded(device.name, tunnel.revoke([thumbprint]));
    }
  };
  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      onFault(error);
    }
  }, lookAgainMs);
  return { stop: () => clearInterval(timer) };
}
