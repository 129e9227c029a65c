// Invitations: who may become a device, once. The secrets themselves are kept nowhere.

export type InvitationRecord = {
  readonly id: number;
  /** The name that the device will have; null: it chooses one. */
  readonly device: string | null;
  /** The only traffic profile that the device may use; null: all of the edge's. */
  readonly profile: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly redeemedAt: string | null;
  /** The device that it became. */
  readonly deviceId: number | null;
};

export type NewInvitation = Pick<InvitationRecord, 'device' | 'profile' | 'createdAt' | 'expiresAt'> & {
  /** SHA-256 of the secret, base64url. */
  readonly secretHash: string;
};

export type InvitationStore = {
  readonly list: () => readonly InvitationRecord[];
  readonly add: (invitation: NewInvitation) => InvitationRecord;
  readonly bySecretHash: (hash: string) => InvitationRecord | null;
  /** Revokes one that was not used. @returns it, or null where there is none to revoke */
  readonly revoke: (id: number, at: string) => InvitationRecord | null;
  /** Uses it up where it still is good at `at`. @returns whether it was: of many who try, one is told yes */
  readonly redeem: (id: number, deviceId: number, at: string) => boolean;
};
