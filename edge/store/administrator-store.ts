// Administrators and what proves them. No token is here: it is known by its hash, as a certificate by its thumbprint.
import type { AdministratorRole } from '../core/admin-access.ts';

/** SHA-256 in base64url of what proves an administrator: of the token's text, or of the certificate's DER form. */
export type ProofHash = { readonly kind: 'token' | 'certificate'; readonly hash: string };

export type Administrator = {
  readonly id: string;
  readonly name: string;
  readonly role: AdministratorRole;
  /** By what it is known. The hash of a token is nobody's business. */
  readonly proof: { readonly kind: 'token' } | { readonly kind: 'certificate'; readonly thumbprint: string };
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Null while it is good. Name and certificate can be given again after they were revoked. */
  readonly revokedAt: string | null;
};

export type NewAdministrator = Omit<Administrator, 'proof' | 'revokedAt'> & { readonly proof: ProofHash };

export type AdministratorStore = {
  readonly list: () => readonly Administrator[];
  /** The good one that is known by this, else the latest that was. */
  readonly byProof: (proof: ProofHash) => Administrator | null;
  /** @throws OpenGsaError `already-exists` where an administrator of this name or with this proof is good */
  readonly add: (administrator: NewAdministrator) => Administrator;
  /** Revokes the administrator that is good under this name. @returns it, or null where there is none */
  readonly revoke: (name: string, at: string) => Administrator | null;
};
