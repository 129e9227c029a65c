// One endpoint of the administration API as a value: where it is, what it needs, what it takes and what it answers.
import type { z } from 'zod';
import { parse } from '../../protocol/parse.ts';
import type { Principal } from '../administrators.ts';
import type { Scope } from '../core/admin-access.ts';
import { parseQuery, type Query, type QueryRules } from '../core/odata/query.ts';

export const apiVersions = ['v1.0', 'beta'] as const;

export type Endpoint<Body = undefined> = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Behind the version, parameters as `:name`: `/networkAccess/forwardingProfiles/:id`. */
  readonly path: string;
  /** For the OpenAPI document: what it does, in a few words. */
  readonly summary: string;
  /** Any one of them is enough. */
  readonly needs: readonly [Scope, ...Scope[]];
  /** Absent: a query option is refused. */
  readonly query?: QueryRules;
  /** Absent: a body is not looked at. */
  readonly body?: z.ZodType<Body>;
  /** The body of a success; absent: there is none (204). */
  readonly answers?: z.ZodType;
  readonly handle: (call: Call<Body>) => Answer | Promise<Answer>;
};

export type Call<Body = undefined> = {
  readonly principal: Principal;
  /** How the audit log names the caller. */
  readonly who: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** Whether the caller sent this preference (RFC 7240). */
  readonly prefers: (preference: string) => boolean;
  /** `https://edge.contoso.test:8445/v1.0`, as the caller addressed it. */
  readonly service: string;
  /** Behind the version. */
  readonly path: string;
  /** What came behind the path, with its question mark; empty where nothing did. */
  readonly search: string;
};

export type Answer =
  | { readonly status: 200 | 201; readonly body: object }
  | { readonly status: 204; readonly preferenceApplied?: string }
  | Fault;

/** A refusal in Graph's words. Nothing was changed. */
export type Fault = {
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 429 | 431 | 500 | 501 | 503;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details?: readonly {
      readonly code: string;
      readonly message: string;
      readonly target: string;
    }[];
  };
};

/** An endpoint whose body is not known any more: it takes what came. */
export type ServedEndpoint = Omit<Endpoint<unknown>, 'handle'> & {
  readonly serve: (raw: RawCall) => Answer | Promise<Answer>;
};

export type RawCall = Omit<Call, 'query' | 'body'> & {
  readonly rawQuery: Readonly<Record<string, unknown>>;
  readonly rawBody: unknown;
};

/** Where resources put their endpoints. */
export type Endpoints = { readonly add: <Body>(endpoint: Endpoint<Body>) => void };

const noQuery: QueryRules = { options: [], fields: {}, properties: [], pageSize: 1, largestPage: 1 };

export function createEndpoints(): Endpoints & { readonly all: readonly ServedEndpoint[] } {
  const all: ServedEndpoint[] = [];
  return {
    all,
    add: ({ handle, ...endpoint }) =>
      void all.push({
        ...endpoint,
        serve: ({ rawQuery, rawBody, ...call }) => {
          const query = parseQuery(rawQuery, endpoint.query ?? noQuery);
          // Without a schema the body's type is `undefined`, and so is what the handler gets.
          const body = endpoint.body === undefined ? undefined : parse(endpoint.body, rawBody, 'body');
          return handle({ ...call, query, body: body as Parameters<typeof handle>[0]['body'] });
        },
      }),
  };
}
