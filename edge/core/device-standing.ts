// How a device stands with this edge, asked at each CONNECT: a resumed or long session must not outlive a revocation.
import type { Denial } from '../../protocol/proxy-status.ts';

export type DeviceStanding =
  | { readonly kind: 'active'; readonly name: string }
  | { readonly kind: 'revoked'; readonly name: string }
  /** Its certificate is of our authority, but no such device is registered. */
  | { readonly kind: 'unknown' };

/** Why the device may not use the edge, or null. */
export function denyDevice(standing: DeviceStanding): Denial | null {
  switch (standing.kind) {
    case 'active':
      return null;
    case 'revoked':
      return { error: 'http_request_denied', reason: 'device-revoked' };
    case 'unknown':
      return { error: 'http_request_denied', reason: 'device-unknown' };
  }
}
