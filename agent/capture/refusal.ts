// What a program is told when its flow is refused: a status, Proxy-Status for machines, a few lines for people.
import { STATUS_CODES } from 'node:http';
import { assertNever } from '../../protocol/error.ts';
import { type Denial, formatProxyStatus, type ProxyError } from '../../protocol/proxy-status.ts';

export type Refusal = {
  readonly status: number;
  readonly denial: Denial;
  /** Who refused: `opengsa` (this agent) or the edge's name. */
  readonly by: string;
};

export type RefusalAnswer = {
  readonly status: number;
  readonly statusText: string;
  /** Name, value, name, value, …: without the fields of the connection. */
  readonly headers: readonly string[];
  readonly body: string;
};

/** @param what the destination as the program named it */
export function refusalAnswer(refusal: Refusal, what: string): RefusalAnswer {
  const body = refusalText(refusal, what);
  return {
    status: refusal.status,
    statusText: STATUS_CODES[refusal.status] ?? 'Refused',
    headers: [
      'Proxy-Status',
      formatProxyStatus(refusal.by, refusal.denial),
      'Content-Type',
      'text/plain; charset=utf-8',
      'Content-Length',
      String(Buffer.byteLength(body)),
      'Cache-Control',
      'no-store',
      'X-Content-Type-Options',
      'nosniff',
    ],
    body,
  };
}

/** The whole answer as bytes, for a connection that ends with it. */
export function formatRefusal({ status, statusText, headers, body }: RefusalAnswer): Buffer {
  const lines = [`HTTP/1.1 ${status} ${statusText}`];
  for (let i = 0; i + 1 < headers.length; i += 2) lines.push(`${headers[i] ?? ''}: ${headers[i + 1] ?? ''}`);
  return Buffer.from(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
}

function refusalText({ denial, by }: Refusal, what: string): string {
  const who = by === 'opengsa' ? 'OpenGSA on this device' : `The edge ${by}`;
  // What the program sent comes back as plain printable text only.
  const destination = what.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 300);
  return `${who} did not connect to ${destination}.\nReason: ${denial.reason}\n${remedies[denial.reason] ?? remedy(denial.error)}\n`;
}

/** For reasons that their error type says too little about. */
const remedies: Readonly<Record<string, string>> = {
  'egress-mismatch':
    'This network shows two addresses of this device, and your organisation accepts one. Try again; if it stays, tell IT.',
  'source-unknown':
    'The edge does not know the address of this network, and your organisation requires one. "opengsa egress" shows why.',
};

function remedy(error: ProxyError): string {
  switch (error) {
    case 'http_request_denied':
      return 'A rule forbids this connection. "opengsa flows" names the rule; your organisation can change it.';
    case 'http_request_error':
      return 'The program sent a request that a proxy cannot understand. Check its proxy settings.';
    case 'destination_ip_prohibited':
      return 'The address is in a range that is not dialled. Check the name; your organisation can allow the range.';
    case 'destination_not_found':
    case 'dns_error':
    case 'dns_timeout':
      return 'The name could not be resolved. Check its spelling and the network.';
    case 'destination_ip_unroutable':
    case 'destination_unavailable':
    case 'connection_refused':
    case 'connection_terminated':
    case 'connection_timeout':
      return 'The destination or the edge could not be reached. "opengsa status" shows the tunnel; then try again.';
    case 'connection_limit_reached':
      return 'A limit is reached. Close some connections or try again later.';
    case 'tls_certificate_error':
      return 'The edge or the destination could not prove its identity. Do not retry on this network before you know why.';
    case 'tls_protocol_error':
      return 'The destination does not speak TLS as it must. Whoever runs it can tell why.';
    case 'http_protocol_error':
      return 'The destination sent an answer that is not HTTP. Whoever runs it can tell why.';
    case 'proxy_configuration_error':
      return 'A setting does not fit this machine. The agent log names it.';
    case 'proxy_internal_error':
      return 'A fault in this program. Try again, and report it if it stays.';
    default:
      return assertNever(error);
  }
}
