// The door for values from outside: unknown in, typed value or an error with the path of the fault out.
import type { z } from 'zod';
import { type ErrorCode, OpenGsaError } from './error.ts';

/**
 * Parses `value` by `schema`.
 *
 * @param subject what the value is, for the message: a file name, "profile", "reply of the edge"
 * @throws OpenGsaError with `code`; the message begins with the path of the first fault,
 *   as in `policies[2].rules[0].ports[1]: …`
 */
export function parse<S extends z.ZodType>(
  schema: S,
  value: unknown,
  subject: string,
  code: ErrorCode = 'bad-message',
): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const more = result.error.issues.length - 1;
  const tail = more > 0 ? ` (and ${more} more)` : '';
  throw new OpenGsaError(
    code,
    `${subject}: ${formatPath(issue?.path ?? [])}: ${issue?.message ?? 'invalid'}${tail}`,
    { cause: result.error },
  );
}

/** `['policies', 2, 'rules', 0]` as a person writes it: `policies[2].rules[0]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(top level)';
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? String(key) : `.${String(key)}`))
    .join('');
}
