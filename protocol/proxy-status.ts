// Proxy-Status (RFC 9209): why a proxy refused or failed, as a value that machines read.
import { parseList, serializeList, Token } from 'structured-headers';

/** The proxy error types of RFC 9209 section 2.3 that this project sends, with the status each goes with. */
export const proxyErrors = {
  http_request_denied: 403,
  http_request_error: 400,
  destination_ip_prohibited: 502,
  destination_ip_unroutable: 502,
  destination_unavailable: 503,
  destination_not_found: 502,
  dns_error: 502,
  dns_timeout: 504,
  connection_refused: 502,
  connection_terminated: 502,
  connection_timeout: 504,
  connection_limit_reached: 503,
  tls_certificate_error: 502,
  tls_protocol_error: 502,
  http_protocol_error: 502,
  proxy_configuration_error: 500,
  proxy_internal_error: 500,
} as const;

export type ProxyError = keyof typeof proxyErrors;

/** A refusal. `reason` is ours and stable (`egress-mismatch`, `port-not-allowed`); it travels as `details`. */
export type Denial = { readonly error: ProxyError; readonly reason: string };

/** `proxy` is who refuses: the edge's name, or `opengsa` for the agent. */
export function formatProxyStatus(proxy: string, { error, reason }: Denial): string {
  return serializeList([
    [
      new Token(proxy),
      new Map<string, string | Token>([
        ['error', new Token(error)],
        ['details', reason],
      ]),
    ],
  ]);
}

/** The last member's error and details (the proxy nearest to the destination comes first), or null if there is none. */
export function parseProxyStatus(
  text: string,
): { proxy: string; error: string; reason: string | null } | null {
  let members: readonly Member[];
  try {
    members = parseList(text);
  } catch {
    // An informational field of a peer: one that does not parse tells nothing.
    return null;
  }
  const failed = members.findLast(([, parameters]) => parameters.has('error'));
  if (failed === undefined) return null;
  const [proxy, parameters] = failed;
  const details = parameters.get('details');
  return {
    proxy: bare(proxy),
    error: bare(parameters.get('error')),
    reason: typeof details === 'string' ? details : null,
  };
}

type Member = readonly [unknown, ReadonlyMap<string, unknown>];

function bare(value: unknown): string {
  return value instanceof Token ? value.toString() : typeof value === 'string' ? value : '';
}
