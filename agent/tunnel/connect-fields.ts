// The fields of a CONNECT and what its answer means, the same for HTTP/2 and HTTP/1.1.
import { parseItem, serializeList } from 'structured-headers';
import { parseAddress } from '../../protocol/address.ts';
import { type Denial, parseProxyStatus, type ProxyError, proxyErrors } from '../../protocol/proxy-status.ts';
import { tunnelFields } from '../../protocol/tunnel.ts';
import type { TunnelAnswer, TunnelRequest } from '../core/flow.ts';

export function requestFields({ attestation, traceparent }: TunnelRequest): Record<string, string> {
  const fields: Record<string, string> = { [tunnelFields.trace]: traceparent };
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
  if (status >= 200 && status < 300) {
    return { kind: 'accepted', egressObserved: observedAddress(field(tunnelFields.observed)) };
  }
  const said = parseProxyStatus(field(tunnelFields.proxyStatus) ?? '');
  const denial: Denial = {
    error: said !== null && isProxyError(said.error) ? said.error : errorOfStatus(status),
    reason: said?.reason ?? said?.error ?? `status-${status}`,
  };
  const by = said === null || said.proxy === '' ? edge : said.proxy;
  return { kind: 'refused', status: status >= 400 && status < 600 ? status : 502, denial, by };
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
