// The tokens of administrators. A token itself is nowhere: it is known by its hash.
import type { AdministratorRole } from '../core/admin-access.ts';

export type Administrator = {
  readonly id: string;
  readonly name: string;
  readonly role: AdministratorRole;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Null while it is good. A name can be given again after its token was revoked. */
  readonly revokedAt: string | null;
};

export type AdministratorStore = {
  readonly list: () => readonly Administrator[];
  /** @param hash SHA-256 of the token, base64url */
  readonly byHash: (hash: string) => Administrator | null;
  /** @throws OpenGsaError `already-exists` where an administrator of this name is good */
  readonly add: (administrator: Omit<Administrator, 'revokedAt'>, hash: string) => void;
  /** Revokes the token that is good under this name. @returns it, or null where there is none */
  readonly revoke: (name: string, at: string) => Administrator | null;
};
