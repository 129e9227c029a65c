// The fields of a CONNECT and what its answer means, the same for HTTP/2 and HTTP/1.1.
import { parseItem, serializeList } from 'structured-headers';
import { parseAddress } from '../../protocol/address.ts';
import { type Denial, parseProxyStatus, type ProxyError, proxyErrors } from '../../protocol/proxy-status.ts';
import { tunnelFields } from '../../protocol/tunnel.ts';
import type { TunnelAnswer, TunnelRequest } from '../core/flow.ts';

/**
 * Longer than an edge tries to reach a destination (15 s by default), so that it is the edge who says what failed. One
 * that stays silent answers nothing any more, whatever else it does.
 */
export const answerTimeoutMs = 25_000;

export function requestFields({ attestation, person, traceparent }: TunnelRequest): Record<string, string> {
  const fields: Record<string, string> = { [tunnelFields.trace]: traceparent };
  if (person !== undefined) fields[tunnelFields.person] = person;
  const statements = attestation();
  if (statements.length > 0) {
    fields[tunnelFields.attestation] = serializeList(statements.map((token) => [token, new Map()]));
  }
  return fields;
}

/** @param field by lower-case name, null where the answer does not have it */
export function readAnswer(
  edge: string,
  status: number,
  field: (name: string) => string | null,
): TunnelAnswer {
  const egressObserved = observedAddress(field(tunnelFields.observed));
  if (status >= 200 && status < 300) return { kind: 'accepted', egressObserved };
  const said = parseProxyStatus(field(tunnelFields.proxyStatus) ?? '');
  const denial: Denial = {
    error: said !== null && isProxyError(said.error) ? said.error : errorOfStatus(status),
    reason: said?.reason ?? said?.error ?? `status-${status}`,
  };
  const by = said === null || said.proxy === '' ? edge : said.proxy;
  return {
    kind: 'refused',
    status: status >= 400 && status < 600 ? status : 502,
    denial,
    by,
    ...(egressObserved === null ? {} : { egressObserved }),
  };
}

/** What is said for an edge that did not answer in `answerTimeoutMs`. */
export function noAnswer(edge: string): TunnelAnswer & { readonly kind: 'refused' } {
  const denial: Denial = { error: 'connection_timeout', reason: 'edge-timeout' };
  return { kind: 'refused', status: proxyErrors.connection_timeout, denial, by: edge };
}

function observedAddress(text: string | null): string | null {
  if (text === null) return null;
  try {
    const value: unknown = parseItem(text)[0];
    return typeof value === 'string' ? (parseAddress(value)?.text ?? null) : null;
  } catch {
    // Informational: a value that does not parse tells nothing.
    return null;
  }
}

function isProxyError(text: string): text is ProxyError {
  return Object.hasOwn(proxyErrors, text);
}

function errorOfStatus(status: number): ProxyError {
  if (status === 504) return 'connection_timeout';
  if (status >= 400 && status < 500) return 'http_request_denied';
  return 'destination_unavailable';
}
