// How a device stands with this edge, asked at each CONNECT: a resumed or long session must not outlive a revocation.
import type { Denial } from '../../protocol/proxy-status.ts';

export type DeviceStanding =
  | { readonly kind: 'active'; readonly name: string }
  | { readonly kind: 'revoked'; readonly name: string }
  /** Its certificate has run out, perhaps during the session that it was shown for. */
  | { readonly kind: 'expired'; readonly name: string }
  /** Its certificate is of our authority, but no such device is registered. */
  | { readonly kind: 'unknown' };

export type RegisteredDevice = {
  readonly name: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly revokedAt: string | null;
};

/** @param device null: not registered */
export function standingOf(device: RegisteredDevice | null, nowMs: number): DeviceStanding {
  if (device === null) return { kind: 'unknown' };
  const { name, expiresAt, revokedAt } = device;
  if (revokedAt !== null) return { kind: 'revoked', name };
  return { kind: nowMs < Date.parse(expiresAt) ? 'active' : 'expired', name };
}

/** Why the device may not use the edge, or null. */
export function denyDevice(standing: DeviceStanding): Denial | null {
  switch (standing.kind) {
    case 'active':
      return null;
    case 'revoked':
      return { error: 'http_request_denied', reason: 'device-revoked' };
    case 'expired':
      return { error: 'http_request_denied', reason: 'device-expired' };
    case 'unknown':
      return { error: 'http_request_denied', reason: 'device-unknown' };
  }
}
