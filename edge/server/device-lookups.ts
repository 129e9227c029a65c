// Name lookups, so many per device at a time: the system's resolver works on few at once, and all devices share it.
import type { Resolution, Resolve } from '../upstream/resolver.ts';

/** A browser that restores a session asks for hundreds of names at once. */
const lookupsPerDevice = 512;

export type DeviceLookups = (thumbprint: string, name: string) => Promise<Resolution>;

/** A lookup counts until it has its answer, also where nobody waits for it any more. */
export function createDeviceLookups(resolve: Resolve, perDevice = lookupsPerDevice): DeviceLookups {
  const underWay = new Map<string, number>();
  return async (thumbprint, name) => {
    const before = underWay.get(thumbprint) ?? 0;
    if (before >= perDevice) {
      return { kind: 'failed', denial: { error: 'connection_limit_reached', reason: 'device-lookup-limit' } };
    }
    underWay.set(thumbprint, before + 1);
    try {
      return await resolve(name);
    } finally {
      const left = (underWay.get(thumbprint) ?? 1) - 1;
      if (left > 0) underWay.set(thumbprint, left);
      else underWay.delete(thumbprint);
    }
  };
}
