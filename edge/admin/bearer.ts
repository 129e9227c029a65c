// Who asks: the token of the request, or the refusal that it earns.
import type { Administrators, Principal } from '../administrators.ts';
import type { Scope } from '../core/admin-access.ts';
import type { Fault } from './endpoint.ts';

export type Caller =
  | { readonly kind: 'known'; readonly principal: Principal }
  | { readonly kind: 'refused'; readonly fault: Fault };

/** RFC 6750 section 2.1. Longer than any token of this edge; what does not fit is not looked up. */
const bearer = /^Bearer +([A-Za-z0-9._~+/-]{1,256}=*) *$/i;

export function callerOf(authorization: string | undefined, administrators: Administrators): Caller {
  if (authorization === undefined) return refused('there is no Authorization header with a bearer token');
  const token = bearer.exec(authorization)?.[1];
  if (token === undefined) return refused('the Authorization header must be: Bearer TOKEN');
  const found = administrators.authenticate(token);
  switch (found) {
    case 'unknown':
      return refused('the token is not one of this edge');
    case 'expired':
      return refused('the token has expired; make another with: opengsa-edge admin token');
    case 'revoked':
      return refused('the token was revoked');
    default:
      return { kind: 'known', principal: found };
  }
}

/** Null: the caller may. */
export function lacks({ role, scopes }: Principal, needs: readonly Scope[]): Fault | null {
  if (needs.some((scope) => scopes.includes(scope))) return null;
  const wanted = needs.join(' or ');
  return {
    status: 403,
    error: {
      code: 'Authorization_RequestDenied',
      message: `this needs ${wanted}; the role ${role} does not have it`,
    },
  };
}

function refused(message: string): Caller {
  return { kind: 'refused', fault: { status: 401, error: { code: 'InvalidAuthenticationToken', message } } };
}
