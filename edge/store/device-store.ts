// The devices that may use the edge, and the certificates by which they are known.
import type { Person } from '../../protocol/person.ts';

/** A device as one of its certificates shows it: the one that was asked for, else the latest. */
export type Device = {
  /** Stays the same while certificates come and go. */
  readonly id: number;
  readonly name: string;
  /** SHA-256 of the certificate's DER form, base64url. */
  readonly thumbprint: string;
  /** ISO 8601 in UTC, as every time in the store. */
  readonly createdAt: string;
  /** Of the certificate. */
  readonly expiresAt: string;
  /** Null while it is good. A name can be given again after its device was revoked. */
  readonly revokedAt: string | null;
  /** The only traffic profile that it may use; null: all of the edge's. */
  readonly profile: string | null;
  /** Who enrolled it by signing in; null: somebody with an invitation, or an administrator. */
  readonly owner: Person | null;
};

export type DeviceCertificate = {
  readonly thumbprint: string;
  readonly issuedAt: string;
  readonly expiresAt: string;
  /** SHA-256 of the public key's SPKI, base64url: a device that asks again with its key is given the same certificate. */
  readonly keyHash?: string | undefined;
  /** PEM, where the device made its key itself. */
  readonly certificate?: string | undefined;
};

export type NewDevice = Omit<DeviceCertificate, 'issuedAt'> & {
  readonly name: string;
  readonly createdAt: string;
  readonly profile?: string | null | undefined;
  readonly owner?: Person | null | undefined;
};

export type DeviceStore = {
  /** With the latest certificate of each. */
  readonly list: () => readonly Device[];
  /** With the certificate of that thumbprint. */
  readonly byThumbprint: (thumbprint: string) => Device | null;
  /** The one that has a certificate on this key, as that certificate shows it. */
  readonly byKey: (keyHash: string) => Device | null;
  /** The names of those that this person has enrolled and that are good at `now`. */
  readonly ownedBy: (person: Person, now: string) => readonly string[];
  /** The one that is good under this name. */
  readonly named: (name: string) => Device | null;
  /** @throws OpenGsaError `already-exists` where a device of this name is good */
  readonly add: (device: NewDevice) => Device;
  /** One more certificate. The device's oldest ones are forgotten, so that it never has more than a few. */
  readonly addCertificate: (id: number, certificate: DeviceCertificate) => void;
  /** The certificate in PEM that the device has for this key, or null. */
  readonly certificateFor: (id: number, keyHash: string) => string | null;
  readonly thumbprints: (id: number) => readonly string[];
  /** Revokes the device that is good under this name. @returns it, or null where there is none */
  readonly revoke: (name: string, at: string) => Device | null;
};
