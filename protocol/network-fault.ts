// Why a question over HTTPS was not answered, in words that hold nothing of an answer: those of network and TLS.
import { OpenGsaError } from './error.ts';

export type NetworkFault = {
  /** `authority`: the asker can cure it by trusting one more authority. */
  readonly kind: 'network' | 'authority';
  readonly text: string;
};

/**
 * The innermost fault among `error` and its causes, null where none is of network or TLS. Libraries wrap these into errors of
 * their own; what such an error says beside may hold an answer, and with it secrets, so that nothing else is passed on.
 */
export function networkFault(error: unknown): NetworkFault | null {
  return causesOf(error).reduce<NetworkFault | null>((outer, cause) => faultIn(cause) ?? outer, null);
}

/** `error`, its cause, and so on; bounded, for a cause may be its own. */
function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  for (let one = error; one !== undefined && one !== null && causes.length < 8;) {
    causes.push(one);
    one = one instanceof Error ? one.cause : undefined;
  }
  return causes;
}

function faultIn(cause: unknown): NetworkFault | null {
  if (cause instanceof OpenGsaError) return network(cause.message);
  if (!(cause instanceof Error)) return null;
  if (cause.name === 'TimeoutError') return network('no answer in time');
  if (cause.name === 'AbortError') return network('given up');
  const { code } = cause as { code?: unknown };
  return typeof code === 'string' && /^[A-Z\d_]{3,64}$/.test(code) ? faultOfCode(code) : null;
}

function faultOfCode(code: string): NetworkFault | null {
  const text = texts[code];
  if (text !== undefined) return network(text);
  if (authorityCodes.has(code)) {
    return { kind: 'authority', text: 'its certificate is of an authority that this machine does not know' };
  }
  if (/^(CERT_|UNABLE_TO_|CRL_|INVALID_|PATH_LENGTH|HOSTNAME_|ERROR_IN_CERT)/.test(code))
    return network(`its certificate is not accepted (${code})`);
  if (/^(EPROTO$|ERR_SSL_|ERR_TLS_)/.test(code)) return network(`no TLS connection with it (${code})`);
  if (code.startsWith('HPE_')) return network(`what answers does not speak HTTP (${code})`);
  return /^E[A-Z\d]+(_[A-Z]+)?$/.test(code) && !code.startsWith('ERR_')
    ? network(`the connection failed (${code})`)
    : null;
}

function network(text: string): NetworkFault {
  return { kind: 'network', text };
}

const texts: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'it broke the connection off',
  EPIPE: 'it broke the connection off',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no way leads to its address',
  ENETUNREACH: 'no way leads to its address',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'no name server answers',
  CERT_HAS_EXPIRED: 'its certificate has expired, or the clock of this machine is wrong',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet, or the clock of this machine is wrong',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** OpenSSL's names for a chain that ends at nobody who is trusted. */
const authorityCodes: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
]);
