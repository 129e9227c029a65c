// Who may use the administration API: tokens are made, shown once, told by their hashes and revoked.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { OpenGsaError } from '../protocol/error.ts';
import type { Audit } from './audit.ts';
import { type AdministratorRole, type Scope, scopesOf } from './core/admin-access.ts';
import type { Administrator } from './store/administrator-store.ts';
import type { Store } from './store/store.ts';

export type NewAdministrator = {
  /** Null: made from the token's id. */
  readonly name: string | null;
  readonly role: AdministratorRole;
  readonly lifetimeMs: number;
};

/** A caller whose token is good. */
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
    wanted: NewAdministrator,
    who: string,
  ) => { readonly administrator: Administrator; readonly token: string };
  readonly list: () => readonly Administrator[];
  /** @throws OpenGsaError `not-found` */
  readonly revoke: (name: string, who: string) => Administrator;
  /** Whose token it is, or why it is not good. */
  readonly authenticate: (token: string) => Principal | 'unknown' | 'expired' | 'revoked';
};

/** Finds a token that was published by mistake; carries no meaning else. */
const tokenPrefix = 'opengsa_';
const tokenBytes = 32;
/** Safe as a word of a shell, and on a line of a log. */
const administratorName = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

export function createAdministrators(
  { administrators: store, transaction }: Pick<Store, 'administrators' | 'transaction'>,
  now: () => Date,
  audit: Audit,
): Administrators {
  return {
    add({ name, role, lifetimeMs }, who) {
      if (name !== null && !administratorName.test(name)) {
        throw new OpenGsaError(
          'bad-usage',
          `the administrator's name ${JSON.stringify(name)} must have 1 to 64 letters, digits, dots, dashes, underscores or @ and begin with a letter or digit`,
        );
      }
      const id = randomUUID();
      const token = `${tokenPrefix}${randomBytes(tokenBytes).toString('base64url')}`;
      const at = now();
      const administrator = {
        id,
        name: name ?? `administrator-${id.slice(0, 8)}`,
        role,
        createdAt: at.toISOString(),
        expiresAt: new Date(at.getTime() + lifetimeMs).toISOString(),
      };
      transaction(() => {
        store.add(administrator, hashOf(token));
        audit(who, 'administrators.add', `${administrator.name} as ${role} until ${administrator.expiresAt}`);
      });
      return { administrator: { ...administrator, revokedAt: null }, token };
    },
    list: () => store.list(),
    revoke: (name, who) =>
      transaction(() => {
        const administrator = store.revoke(name, now().toISOString());
        if (administrator === null) {
          throw new OpenGsaError('not-found', `there is no administrator named ${name} to revoke`);
        }
        audit(who, 'administrators.revoke', name);
        return administrator;
      }),
    authenticate(token) {
      const found = store.byHash(hashOf(token));
      if (found === null) return 'unknown';
      if (found.revokedAt !== null) return 'revoked';
      if (Date.parse(found.expiresAt) <= now().getTime()) return 'expired';
      return { name: found.name, role: found.role, scopes: scopesOf(found.role) };
    },
  };
}

/** A token is as random as a key, so that one pass hides it; the lookup tells by its time nothing about a token. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
