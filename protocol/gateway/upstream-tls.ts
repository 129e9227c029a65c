// TLS towards the destination, verified like a browser does it: name, chain and dates. Each fault has a name.
import { X509Certificate } from 'node:crypto';
import { Socket } from 'node:net';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { formatHost, type Host } from '../destination.ts';
import type { Denial } from '../proxy-status.ts';
import type { FlowStream } from '../relay/flow-stream.ts';
import { tlsOver, transportOf } from './transport.ts';
import type { HttpProtocol, UpstreamOpening } from './upstream.ts';

export type UpstreamTls = {
  /** The connection to the destination; it is reset where the handshake fails. */
  readonly below: FlowStream;
  /** Whom the certificate must name. */
  readonly name: Host;
  /** PEM; the only authorities that count. Null: those that Node ships and the system adds. */
  readonly ca: string | null;
  /** In the order of preference. */
  readonly protocols: readonly HttpProtocol[];
  /** Ends a handshake that takes too long or that nobody waits for. */
  readonly signal: AbortSignal;
};

/** Resolves once the certificate is verified, or with the reason why it is not. Never rejects. */
export function connectUpstreamTls({
  below,
  name,
  ca,
  protocols,
  signal,
}: UpstreamTls): Promise<UpstreamOpening> {
  const host = formatHost(name);
  // TLS takes over the handle of a socket, and meets its faults itself.
  const carrier = below.duplex instanceof Socket ? below.duplex : transportOf(below, { aToB: 0, bToA: 0 });
  const tls = connect({
    socket: carrier,
    host,
    // RFC 6066 section 3: an address is no server name. The identity is checked against `host` then.
    ...(name.kind === 'name' ? { servername: host } : {}),
    ...(ca === null ? {} : { ca }),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    checkServerIdentity: (_host, certificate) => identityFault(name, certificate),
    ALPNProtocols: [...protocols],
  });
  const flow = tlsOver(tls, carrier, below);
  return new Promise((resolve) => {
    const finish = (opening: UpstreamOpening) => {
      signal.removeEventListener('abort', abort);
      if (opening.kind === 'failed') below.reset(new Error(opening.denial.reason));
      resolve(opening);
    };
    const abort = () =>
      finish({
        kind: 'failed',
        denial: { error: 'connection_timeout', reason: 'tls-handshake-timed-out' },
      });
    tls.once('error', (error: NodeJS.ErrnoException) =>
      finish({ kind: 'failed', denial: denialOf(error.code ?? '', error.message) }),
    );
    tls.once('close', () => finish({ kind: 'failed', denial: denialOf('ECONNRESET', '') }));
    tls.once('secureConnect', () =>
      finish({ kind: 'open', connection: { flow, protocol: protocolOf(tls) } }),
    );
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
}

/**
 * Node's own check takes the common name where there are no names, and `lo*.example.com` for `login.example.com`;
 * browsers take neither (RFC 9525 sections 2 and 6.3).
 */
function identityFault(name: Host, { raw }: PeerCertificate): Error | undefined {
  const certificate = new X509Certificate(raw);
  const host = formatHost(name);
  const named =
    name.kind === 'name'
      ? certificate.checkHost(host, { subject: 'never', partialWildcards: false })
      : certificate.checkIP(host);
  if (named !== undefined) return undefined;
  return Object.assign(new Error(`the certificate does not name ${host}`), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
}

function protocolOf({ alpnProtocol }: TLSSocket): HttpProtocol {
  return alpnProtocol === 'h2' ? 'h2' : 'http/1.1';
}

function denialOf(code: string, message: string): Denial {
  const reason = code === 'UNSPECIFIED' ? unnamedFault(message) : certificateFaults[code];
  if (reason !== undefined) return { error: 'tls_certificate_error', reason };
  return /^(ECONN|EPIPE|ETIMEDOUT|ERR_STREAM)/.test(code)
    ? { error: 'connection_terminated', reason: 'tls-handshake-cut' }
    : { error: 'tls_protocol_error', reason: 'tls-handshake-failed' };
}

/** What OpenSSL finds and Node has no code for: weak keys and digests, constraints, unknown critical extensions. */
function unnamedFault(message: string): string {
  return message.endsWith('too weak') ? 'certificate-too-weak' : 'certificate-untrusted';
}

/** OpenSSL's names for what is wrong with a certificate, and Node's for its name. */
const certificateFaults: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-name-mismatch',
  HOSTNAME_MISMATCH: 'certificate-name-mismatch',
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
  CERT_REVOKED: 'certificate-revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-untrusted',
  CERT_SIGNATURE_FAILURE: 'certificate-untrusted',
  CERT_UNTRUSTED: 'certificate-untrusted',
  CERT_REJECTED: 'certificate-untrusted',
  CERT_CHAIN_TOO_LONG: 'certificate-untrusted',
  INVALID_CA: 'certificate-untrusted',
  PATH_LENGTH_EXCEEDED: 'certificate-untrusted',
  INVALID_PURPOSE: 'certificate-wrong-usage',
  ERROR_IN_CERT_NOT_BEFORE_FIELD: 'certificate-damaged',
  ERROR_IN_CERT_NOT_AFTER_FIELD: 'certificate-damaged',
};
