// What the edge keeps: devices, the signalling switch, the view's revision and who changed what. Any database can serve it.

export type SignalingStatus = 'enabled' | 'disabled';

/** A device that may use the edge. It is known by the thumbprint of its certificate, not by its name. */
export type Device = {
  readonly name: string;
  /** SHA-256 of the certificate's DER form, base64url. */
  readonly thumbprint: string;
  /** ISO 8601 in UTC, as every time here. */
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Null while it is good. A name can be given again after its device was revoked. */
  readonly revokedAt: string | null;
};

export type Signaling = { readonly status: SignalingStatus; readonly since: string };

/** One act of administration. */
export type AuditEntry = {
  readonly at: string;
  /** Who: `uid 1000`. */
  readonly who: string;
  readonly action: 'devices.add' | 'devices.revoke' | 'signaling.enable' | 'signaling.disable';
  /** What it was done to, and what was confirmed. */
  readonly detail: string;
};

/** Calls are synchronous and short. Each is one transaction; two processes may use one store. */
export type Store = {
  readonly devices: () => readonly Device[];
  readonly deviceByThumbprint: (thumbprint: string) => Device | null;
  /** @throws OpenGsaError `already-exists` where a device of this name is good */
  readonly addDevice: (device: Omit<Device, 'revokedAt'>) => void;
  /** Revokes the device that is good under this name. @returns it, or null where there is none */
  readonly revokeDevice: (name: string, at: string) => Device | null;
  readonly signaling: () => Signaling;
  readonly setSignaling: (signaling: Signaling) => void;
  /** Counts the view's revision up and gives it. It never falls, across restarts too: devices wait for larger ones. */
  readonly nextRevision: () => number;
  readonly audit: (entry: AuditEntry) => void;
  /** The latest first. */
  readonly auditLog: (limit: number) => readonly AuditEntry[];
  readonly close: () => void;
};
