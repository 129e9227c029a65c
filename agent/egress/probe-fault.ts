// Why a question to a source of addresses was not answered, by stable names; and what the system's errors mean here.

export type ProbeReason =
  /** This family does not exist here: no route, or no such source address. */
  | 'no-route'
  | 'name-not-found'
  | 'unreachable'
  | 'timeout'
  | 'aborted'
  /** Whoever answered is not who was asked: another certificate, or no TLS at all (a captive portal). */
  | 'untrusted'
  /** It proved itself and closed without an answer. */
  | 'hung-up'
  /** The witness does not accept this device. */
  | 'device-refused'
  /** The witness sees an address that is neither public nor in a range of the organisation. */
  | 'address-not-allowed'
  /** It points somewhere else; nobody follows. */
  | 'redirected'
  /** A web page in place of an address, as portals send it. */
  | 'page'
  /** It answered that it will not tell. */
  | 'refused'
  /** Several addresses, and nothing says which one is meant. */
  | 'several-addresses'
  /** An answer to this question that breaks the protocol or names no address. */
  | 'malformed'
  | 'wrong-family'
  | 'unexpected-answer';

/** Ends a question. `message` is the detail for people. */
export class ProbeFault extends Error {
  readonly reason: ProbeReason;

  constructor(reason: ProbeReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** The fault that `error` is, or that the system means by it. */
export function toProbeFault(error: unknown): ProbeFault {
  if (error instanceof ProbeFault) return error;
  const code = errorCode(error);
  const detail = error instanceof Error ? error.message : String(error);
  if (noRouteCodes.has(code)) return new ProbeFault('no-route', detail);
  if (code === 'ENOTFOUND' || code === 'ENODATA' || code.startsWith('EAI_')) {
    return new ProbeFault('name-not-found', detail);
  }
  if (code.startsWith('HPE_')) return new ProbeFault('unexpected-answer', detail);
  return new ProbeFault(isTlsFault(code) ? 'untrusted' : 'unreachable', detail);
}

/** Whether another address of the same source may still answer: the path to this one is dead. */
export function isConnectFault(error: unknown): boolean {
  const code = errorCode(error);
  return connectFaultCodes.has(code) || noRouteCodes.has(code);
}

/** The system's code of an error (`ECONNREFUSED`), or the empty string. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** OpenSSL's codes of protocol and of certificate verification. */
export function isTlsFault(code: string): boolean {
  return (
    code === 'EPROTO' || /^(ERR_SSL|ERR_TLS|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_)/.test(code)
  );
}

const noRouteCodes: ReadonlySet<string> = new Set([
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'ENETDOWN',
]);
const connectFaultCodes: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ETIMEDOUT']);
