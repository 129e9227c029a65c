// Reads from an error what stands between this device and an edge.
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { TunnelFailure } from '../core/session-state.ts';

/** Alerts by which a TLS server rejects the certificate of its client (RFC 8446 section 6.2). */
const refusal =
  /_ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|CERTIFICATE_EXPIRED|CERTIFICATE_REVOKED|CERTIFICATE_UNKNOWN|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)$/;

/** Verdicts of our own check of the edge's certificate, as Node and OpenSSL name them. */
const distrust =
  /^(ERR_TLS_CERT_ALTNAME_INVALID|CERT_[A-Z_]+|UNABLE_TO_(GET_ISSUER_CERT|GET_ISSUER_CERT_LOCALLY|VERIFY_LEAF_SIGNATURE)|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERROR_IN_CERT_[A-Z_]+)$/;

/** @param edge the edge's name, for the message */
export function tunnelFailure(edge: string, error: unknown): TunnelFailure {
  const code = codeOf(error);
  if (error instanceof OpenGsaError && (error.code === 'device-refused' || error.code === 'edge-untrusted')) {
    const cause = error.message.startsWith(edge)
      ? error.message
      : `${edge} does not accept this device: ${error.message}`;
    return { kind: error.code, cause };
  }
  if (refusal.test(code)) {
    const why = code
      .slice(code.indexOf('_ALERT_') + 7)
      .toLowerCase()
      .replaceAll('_', ' ');
    return {
      kind: 'device-refused',
      cause: `${edge} does not accept this device (${why}): it is not enrolled there or was revoked`,
    };
  }
  if (distrust.test(code)) {
    return { kind: 'edge-untrusted', cause: `${edge} could not prove its identity: ${explain(error)}` };
  }
  const text = explain(error);
  return { kind: 'unreachable', cause: text.startsWith(edge) ? text : `${edge}: ${text}` };
}

export function failureError({ kind, cause }: TunnelFailure): OpenGsaError {
  return new OpenGsaError(kind === 'unreachable' ? 'edge-unreachable' : kind, cause);
}

function codeOf(error: unknown): string {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const code = (e as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && (refusal.test(code) || distrust.test(code))) return code;
  }
  return '';
}
