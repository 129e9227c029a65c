// The devices that may use the edge.

/** A device that may use the edge. It is known by the thumbprint of its certificate, not by its name. */
export type Device = {
  readonly name: string;
  /** SHA-256 of the certificate's DER form, base64url. */
  readonly thumbprint: string;
  /** ISO 8601 in UTC, as every time in the store. */
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Null while it is good. A name can be given again after its device was revoked. */
  readonly revokedAt: string | null;
};

export type DeviceStore = {
  readonly list: () => readonly Device[];
  readonly byThumbprint: (thumbprint: string) => Device | null;
  /** @throws OpenGsaError `already-exists` where a device of this name is good */
  readonly add: (device: Omit<Device, 'revokedAt'>) => void;
  /** Revokes the device that is good under this name. @returns it, or null where there is none */
  readonly revoke: (name: string, at: string) => Device | null;
};
