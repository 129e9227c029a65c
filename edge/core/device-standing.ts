// How a device stands with this edge, asked at each CONNECT: a resumed or long session must not outlive a revocation.
import type { Denial } from '../../protocol/proxy-status.ts';

export type DeviceStanding =
  /** `profile` is the name of the only traffic profile that it may use; null or absent: all. */
  | { readonly kind: 'active'; readonly name: string; readonly profile?: string | null }
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
  readonly profile?: string | null;
};

/** @param device null: not registered */
export function standingOf(device: RegisteredDevice | null, nowMs: number): DeviceStanding {
  if (device === null) return { kind: 'unknown' };
  const { name, expiresAt, revokedAt, profile = null } = device;
  if (revokedAt !== null) return { kind: 'revoked', name };
  return nowMs < Date.parse(expiresAt) ? { kind: 'active', name, profile } : { kind: 'expired', name };
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
