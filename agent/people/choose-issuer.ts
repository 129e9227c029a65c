// Where a person signs in: the issuer that was asked for, else the edge's usual one.
import { OpenGsaError } from '../../protocol/error.ts';
import type { OfferedIssuer } from '../../protocol/person.ts';

/**
 * @param issuers the edge's, the usual one first
 * @param wanted its URL; null: the usual one
 * @throws OpenGsaError `not-found`
 */
export function chooseIssuer(issuers: readonly OfferedIssuer[], wanted: string | null): OfferedIssuer {
  const issuer = issuers.find(({ issuer: url }) => wanted === null || url === wanted);
  if (issuer !== undefined) return issuer;
  if (issuers.length === 0) {
    throw new OpenGsaError('not-found', 'nobody can sign in at this edge: its people.issuers is empty');
  }
  const names = issuers.map(({ issuer: url }) => url).join(', ');
  throw new OpenGsaError('not-found', `${wanted ?? ''} is no issuer of this edge; it has: ${names}`);
}
