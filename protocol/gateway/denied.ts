// Refusals on their way through code that knows errors only, such as Node's HTTP client.
import { OpenGsaError } from '../error.ts';
import type { Denial } from '../proxy-status.ts';

type DeniedError = OpenGsaError & { readonly denial: Denial };

/** An error that stands for a refusal. */
export function denied(denial: Denial): DeniedError {
  return Object.assign(new OpenGsaError('upstream-failed', denial.reason), { denial });
}

/** What to answer where a request failed before its answer. */
export function denialOf(error: unknown): Denial {
  if (isDenied(error)) return error.denial;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // What Node's parsers and serialisers say of messages.
  return /^(HPE|ERR_HTTP|ERR_INVALID|ERR_UNESCAPED)/.test(code)
    ? { error: 'http_protocol_error', reason: 'bad-answer' }
    : { error: 'connection_terminated', reason: 'no-answer' };
}

function isDenied(error: unknown): error is DeniedError {
  return error instanceof OpenGsaError && 'denial' in error;
}
