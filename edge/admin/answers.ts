// Answers in Graph's form: one entity, one page of a collection, a refusal.
import { z } from 'zod';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { Page } from '../core/odata/page.ts';
import type { Answer, Call, Fault } from './endpoint.ts';

/** What Graph's clients send along in bodies: `@odata.type`, `@odata.context`. It changes nothing. */
export const annotations = {
  '@odata.type': z.string().max(200).optional(),
  '@odata.context': z.string().max(1000).optional(),
};

/** The schema of a page for the OpenAPI document. */
export function collectionOf(element: z.ZodType): z.ZodType {
  return z.object({
    '@odata.context': z.string(),
    '@odata.count': z.int().optional(),
    '@odata.nextLink': z.string().optional(),
    value: z.array(element),
  });
}

/** @param context what Graph's metadata calls it: `networkAccess/settings/conditionalAccess/$entity` */
export function entity(call: Pick<Call, 'service'>, context: string, properties: object): Answer {
  return { status: 200, body: { '@odata.context': contextOf(call, context), ...properties } };
}

/** A page whose next one is found by `$skip`. */
export function collection(call: Located, context: string, { value, count, nextSkip }: Page): Answer {
  return listing(call, context, {
    value,
    count,
    next: nextSkip === null ? null : { $skip: String(nextSkip) },
  });
}

type Located = Pick<Call, 'service' | 'path' | 'search'>;

type Listing = {
  readonly value: readonly object[];
  readonly count: number | null;
  /** The option that leads to the next page; null where this is the last. */
  readonly next: Readonly<Record<string, string>> | null;
};

export function listing(call: Located, context: string, { value, count, next }: Listing): Answer {
  return {
    status: 200,
    body: {
      '@odata.context': contextOf(call, context),
      ...(count === null ? {} : { '@odata.count': count }),
      ...(next === null ? {} : { '@odata.nextLink': nextLink(call, next) }),
      value,
    },
  };
}

function contextOf({ service }: Pick<Call, 'service'>, context: string): string {
  return `${service}/$metadata#${context}`;
}

/** The same question, from the next page on. */
function nextLink({ service, path, search }: Located, next: Readonly<Record<string, string>>): string {
  const options = new URLSearchParams(search);
  for (const [name, value] of Object.entries(next)) {
    options.delete(name.slice(1));
    options.set(name, value);
  }
  return `${service}${path}?${options.toString()}`;
}

export function noSuch(what: string): Fault {
  return { status: 404, error: { code: 'ResourceNotFound', message: `${what} does not exist` } };
}

/** What an error that was thrown becomes; `internal` ones keep their reason for the log. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof OpenGsaError)) return internal;
  const fault = (status: Fault['status'], code: string): Fault => ({
    status,
    error: { code, message: explain(error) },
  });
  switch (error.code) {
    case 'bad-message':
    case 'bad-usage':
      return fault(400, 'BadRequest');
    case 'access-denied':
      return fault(403, 'Authorization_RequestDenied');
    case 'not-found':
      return fault(404, 'ResourceNotFound');
    case 'already-exists':
    case 'conflict':
      return fault(409, 'Conflict');
    case 'too-busy':
      return fault(503, 'ServiceUnavailable');
    default:
      return internal;
  }
}

const internal: Fault = {
  status: 500,
  error: { code: 'InternalServerError', message: "a fault in this program; the edge's log has the reason" },
};
