// Who asks: by the token of the request, or by the certificate of the connection; else the refusal that it earns.
import type { X509Certificate } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Administrators, Principal } from '../administrators.ts';
import type { Scope } from '../core/admin-access.ts';
import type { Fault } from './endpoint.ts';

export type Caller =
  | { readonly kind: 'known'; readonly principal: Principal }
  | { readonly kind: 'refused'; readonly fault: Fault };

/** RFC 6750 section 2.1. Longer than any token of this edge; what does not fit is not looked up. */
const bearer = /^Bearer +([A-Za-z0-9._~+/-]{1,256}=*) *$/i;

/**
 * A request with an Authorization header is judged by that alone: a caller who meant to be one administrator must not
 * act as another. It is asked for each request, so that a revocation holds on connections that are open.
 *
 * @param certificate what the peer proved to hold in the connection's handshake; undefined where it showed none
 */
export function callerOf(
  headers: IncomingHttpHeaders,
  certificate: X509Certificate | undefined,
  administrators: Administrators,
): Caller {
  if (headers.authorization !== undefined) return byToken(headers.authorization, administrators);
  if (certificate !== undefined) return byCertificate(headers, certificate, administrators);
  return refused(
    'there is neither an Authorization header with a bearer token nor a client certificate; opengsa-edge admin token and opengsa-edge admin certificate make them',
  );
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

function byToken(authorization: string, administrators: Administrators): Caller {
  const token = bearer.exec(authorization)?.[1];
  if (token === undefined) return refused('the Authorization header must be: Bearer TOKEN');
  const found = administrators.byToken(token);
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

function byCertificate(
  headers: IncomingHttpHeaders,
  certificate: X509Certificate,
  administrators: Administrators,
): Caller {
  if (isOfPage(headers)) {
    return refused('a web page cannot use the certificate of the browser that shows it; send a bearer token');
  }
  const found = administrators.byCertificate(certificate);
  switch (found) {
    case 'unknown':
      return refused(
        'the client certificate is no administrator of this edge; register it with: opengsa-edge admin certificate',
      );
    case 'not-yet-valid':
      return refused(`the client certificate is valid from ${certificate.validFromDate.toISOString()} on`);
    case 'expired':
      return refused(
        'the client certificate or its registration has expired; register another with: opengsa-edge admin certificate',
      );
    case 'revoked':
      return refused('the client certificate was revoked');
    default:
      return { kind: 'known', principal: found };
  }
}

/**
 * Browsers add a certificate to whatever any page asks for, unlike a token. They say so in fields that a page cannot
 * write: https://www.w3.org/TR/fetch-metadata/ and RFC 6454 section 7.
 */
function isOfPage({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  return origin !== undefined || (site !== undefined && site !== 'none');
}

function refused(message: string): Caller {
  return { kind: 'refused', fault: { status: 401, error: { code: 'InvalidAuthenticationToken', message } } };
}
