// The head of an HTTP request, the same for both versions, and whether it is meant for the host of its connection.
import { type Destination, formatHost, parseHost, parsePort } from './destination.ts';
import { type Field, fieldsOf, valuesOf } from './http-fields.ts';
import type { Denial } from './proxy-status.ts';

export type RequestHead = {
  readonly method: string;
  /** As sent, in `Host`, `:authority` or an absolute target. */
  readonly authority: string;
  /** Path and query, or `*`. */
  readonly path: string;
  /** Without `Host`. */
  readonly fields: readonly Field[];
};

export type HeadReading =
  | { readonly kind: 'head'; readonly head: RequestHead }
  | { readonly kind: 'bad'; readonly status: 400 | 405 | 421 | 431; readonly denial: Denial };

/** What a connection may be used for: its destination, and the scheme spoken on it. */
export type HeadRules = {
  readonly host: Destination;
  readonly scheme: 'https' | 'http';
  readonly maxFields: number;
};

/**
 * The head of an HTTP/1.1 request. A target in absolute form (RFC 9112 section 3.2.2) overrides `Host`; of which
 * there must be exactly one all the same.
 */
export function readH1Head(
  method: string,
  target: string,
  raw: readonly string[],
  rules: HeadRules,
): HeadReading {
  const hosts = valuesOf(fieldsOf(raw), 'host');
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) return bad(400, 'host-missing');
  const absolute = /^(https?):\/\/([^/?#]*)([^#]*)$/i.exec(target);
  if (absolute === null) return readHead(method, host, target, raw, rules);
  const [, scheme = '', authority = '', rest = ''] = absolute;
  if (scheme.toLowerCase() !== rules.scheme) return bad(421, 'scheme-mismatch');
  if (authority.toLowerCase() !== host.toLowerCase()) return bad(400, 'host-ambiguous');
  const path = rest.startsWith('/') ? rest : rest === '' && method === 'OPTIONS' ? '*' : `/${rest}`;
  return readHead(method, authority, path, raw, rules);
}

/** The head of an HTTP/2 request from its flat fields, pseudo-header fields included. */
export function readH2Head(raw: readonly string[], rules: HeadRules): HeadReading {
  const pseudo = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (name.startsWith(':')) pseudo.set(name, raw[i + 1] ?? '');
  }
  const hosts = valuesOf(fieldsOf(raw), 'host');
  const authority = pseudo.get(':authority') ?? hosts[0];
  if (authority === undefined) return bad(400, 'host-missing');
  // RFC 9113 section 8.3.1: a request whose Host differs is malformed.
  if (hosts.some((host) => host.toLowerCase() !== authority.toLowerCase())) return bad(400, 'host-ambiguous');
  const scheme = pseudo.get(':scheme') ?? rules.scheme;
  if (scheme.toLowerCase() !== rules.scheme) return bad(421, 'scheme-mismatch');
  return readHead(pseudo.get(':method') ?? '', authority, pseudo.get(':path') ?? '', raw, rules);
}

function readHead(
  method: string,
  authority: string,
  path: string,
  raw: readonly string[],
  rules: HeadRules,
): HeadReading {
  // A connection within this one would reach past the host that the flow was admitted for.
  if (method === 'CONNECT') return bad(405, 'method-not-allowed');
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)) return bad(400, 'bad-method');
  if (path !== '*' && !/^\/[\x21-\x7e\x80-\xff]*$/.test(path)) return bad(400, 'bad-target');
  const fields = fieldsOf(raw);
  if (fields.length > rules.maxFields) return bad(431, 'too-many-fields');
  if (!isHost(authority, rules)) return bad(421, 'host-mismatch');
  const rest = fields.filter(([name]) => name.toLowerCase() !== 'host');
  return { kind: 'head', head: { method, authority, path, fields: rest } };
}

/** Whether `authority` means this host; a port that is left out is the scheme's own. */
function isHost(authority: string, { host, scheme }: HeadRules): boolean {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+))(?::(\d*))?$/.exec(authority);
  const [, bracketed, plain, portText = ''] = match ?? [];
  const found = parseHost(bracketed ?? plain ?? '');
  const port = portText === '' ? (scheme === 'https' ? 443 : 80) : parsePort(portText);
  return found !== null && formatHost(found) === formatHost(host.host) && port === host.port;
}

function bad(status: 400 | 405 | 421 | 431, reason: string): HeadReading {
  return { kind: 'bad', status, denial: { error: 'http_request_error', reason } };
}
