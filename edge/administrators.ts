// Who may use the administration API: known by a token, which is shown once and kept as a hash, or by a certificate.
import { createHash, randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { OpenGsaError } from '../protocol/error.ts';
import type { Audit } from './audit.ts';
import { type AdministratorRole, type Scope, scopesOf } from './core/admin-access.ts';
import { readAdministratorCertificate } from './identity/administrator-certificate.ts';
import { certificateThumbprint, publicKeyHash } from './identity/pki.ts';
import type { Administrator, ProofHash } from './store/administrator-store.ts';
import type { Store } from './store/store.ts';

export type WantedAdministrator = {
  /** Null: made up. */
  readonly name: string | null;
  readonly role: AdministratorRole;
  readonly lifetimeMs: number;
};

/** A caller whose token or certificate is good. */
export type Principal = {
  readonly name: string;
  readonly role: AdministratorRole;
  readonly scopes: readonly Scope[];
};

export type Administrators = {
  /**
   * @returns the token, which is nowhere else
   * @throws OpenGsaError `bad-usage` for a name that cannot be one, `already-exists`
   */
  readonly add: (
    wanted: WantedAdministrator,
    who: string,
  ) => { readonly administrator: Administrator; readonly token: string };
  /**
   * Registers a certificate in PEM. It is good until it ends or `lifetimeMs` are over, whichever is first.
   *
   * @throws OpenGsaError as `add`, and `bad-certificate` for one that no administrator should have
   */
  readonly addCertificate: (
    wanted: WantedAdministrator & { readonly certificate: string },
    who: string,
  ) => Administrator;
  readonly list: () => readonly Administrator[];
  /** @throws OpenGsaError `not-found` */
  readonly revoke: (name: string, who: string) => Administrator;
  /** Whose token it is, or why it is not good. */
  readonly byToken: (token: string) => Principal | 'unknown' | 'expired' | 'revoked';
  /** Whose certificate it is, or why it is not good. The caller has seen to it that its key is at hand. */
  readonly byCertificate: (
    certificate: X509Certificate,
  ) => Principal | 'unknown' | 'not-yet-valid' | 'expired' | 'revoked';
};

export type AdministratorsOptions = {
  readonly store: Pick<Store, 'administrators' | 'devices' | 'transaction'>;
  /** The certificate of the authority that signs devices' certificates, PEM. May throw. */
  readonly authority: () => string;
  readonly now: () => Date;
  readonly audit: Audit;
};

/** Finds a token that was published by mistake; carries no meaning else. */
const tokenPrefix = 'opengsa_';
const tokenBytes = 32;
/** Safe as a word of a shell, as a file's name, and on a line of a log. */
const administratorName = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

export function createAdministrators(options: AdministratorsOptions): Administrators {
  const { store, now, audit } = options;
  const { administrators } = store;
  const register = (
    { name, role }: WantedAdministrator,
    proof: ProofHash,
    { from, to }: { readonly from: Date; readonly to: Date },
    who: string,
  ): Administrator => {
    const id = randomUUID();
    const known = name ?? administratorNameFor(id);
    refuseBadName(known);
    const times = { createdAt: from.toISOString(), expiresAt: to.toISOString() };
    return store.transaction(() => {
      const administrator = administrators.add({ id, name: known, role, proof, ...times });
      const by = proof.kind === 'token' ? '' : ` by the certificate ${proof.hash}`;
      audit(who, 'administrators.add', `${known} as ${role} until ${times.expiresAt}${by}`);
      return administrator;
    });
  };
  return {
    add(wanted, who) {
      const token = `${tokenPrefix}${randomBytes(tokenBytes).toString('base64url')}`;
      const from = now();
      const to = new Date(from.getTime() + wanted.lifetimeMs);
      return { administrator: register(wanted, proofOfToken(token), { from, to }, who), token };
    },
    addCertificate({ certificate: pem, ...wanted }, who) {
      const certificate = readAdministratorCertificate(pem);
      refuseOwn(certificate, options);
      const validity = validityOf(certificate, wanted.lifetimeMs, now());
      return register(wanted, proofOfCertificate(certificate), validity, who);
    },
    list: () => administrators.list(),
    revoke: (name, who) =>
      store.transaction(() => {
        const administrator = administrators.revoke(name, now().toISOString());
        if (administrator === null) {
          throw new OpenGsaError('not-found', `there is no administrator named ${name} to revoke`);
        }
        audit(who, 'administrators.revoke', name);
        return administrator;
      }),
    byToken: (token) => standing(administrators.byProof(proofOfToken(token)), now()),
    byCertificate(certificate) {
      const found = standing(administrators.byProof(proofOfCertificate(certificate)), now());
      return typeof found === 'object' && certificate.validFromDate > now() ? 'not-yet-valid' : found;
    },
  };
}

/** For who has no name of its own. */
export function administratorNameFor(id: string): string {
  return `administrator-${id.slice(0, 8)}`;
}

/** @throws OpenGsaError `bad-usage` */
export function refuseBadName(name: string): void {
  if (administratorName.test(name)) return;
  throw new OpenGsaError(
    'bad-usage',
    `the administrator's name ${JSON.stringify(name)} must have 1 to 64 letters, digits, dots, dashes, underscores or @ and begin with a letter or digit`,
  );
}

function standing(found: Administrator | null, now: Date): Principal | 'unknown' | 'expired' | 'revoked' {
  if (found === null) return 'unknown';
  if (found.revokedAt !== null) return 'revoked';
  if (Date.parse(found.expiresAt) <= now.getTime()) return 'expired';
  return { name: found.name, role: found.role, scopes: scopesOf(found.role) };
}

/** Devices' keys lie on machines of other people, and what else the edge's authority signs is no administrator either. */
function refuseOwn(certificate: X509Certificate, { store, authority }: AdministratorsOptions): void {
  const whose = ownerOf(certificate, store.devices, authority);
  if (whose === null) return;
  throw new OpenGsaError(
    'bad-certificate',
    `the certificate ${whose}; an administrator needs one of their own: opengsa-edge admin certificate --out DIR makes it`,
  );
}

function ownerOf(
  certificate: X509Certificate,
  devices: Store['devices'],
  authority: () => string,
): string | null {
  const device = devices.byThumbprint(certificateThumbprint(certificate));
  if (device !== null) return `is that of the device ${device.name}`;
  const holder = devices.byKey(publicKeyHash(certificate.publicKey));
  if (holder !== null) return `has the key of the device ${holder.name}`;
  const signer = new X509Certificate(authority());
  const isOwn = certificate.checkIssued(signer) && certificate.verify(signer.publicKey);
  return isOwn ? "was signed by this edge's own authority" : null;
}

function validityOf(
  { validFromDate, validToDate }: X509Certificate,
  lifetimeMs: number,
  from: Date,
): { readonly from: Date; readonly to: Date } {
  const to = new Date(Math.min(from.getTime() + lifetimeMs, validToDate.getTime()));
  const never = (reason: string): OpenGsaError =>
    new OpenGsaError('bad-certificate', `the certificate would never be good: ${reason}`);
  if (validToDate <= from) throw never(`it ended on ${validToDate.toISOString()}; renew it`);
  if (validFromDate < to) return { from, to };
  throw never(
    `it begins on ${validFromDate.toISOString()}, after ${to.toISOString()}; register it with a longer --expires`,
  );
}

/** A token is as random as a key, so that one pass hides it; the lookup tells by its time nothing about a token. */
function proofOfToken(token: string): ProofHash {
  return { kind: 'token', hash: createHash('sha256').update(token).digest('base64url') };
}

function proofOfCertificate(certificate: X509Certificate): ProofHash {
  return { kind: 'certificate', hash: certificateThumbprint(certificate) };
}
