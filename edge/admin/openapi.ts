// The OpenAPI 3.1 document of the administration API, made from the schemas that requests are read with.
import { z } from 'zod';
import { queryOptions, type QueryRules } from '../core/odata/query.ts';
import { apiVersions, type ServedEndpoint } from './endpoint.ts';

/** Public: it says what there is, not what is in it. */
export const openApiPath = '/openapi.json';

const openApiDialect = 'https://json-schema.org/draft/2020-12/schema';

const errorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.array(z.object({ code: z.string(), message: z.string(), target: z.string() })).optional(),
    innerError: z.object({
      date: z.string(),
      'request-id': z.string().optional(),
      'client-request-id': z.string().optional(),
    }),
  }),
});

export function openApiDocument(endpoints: readonly ServedEndpoint[]): object {
  const byPath = Map.groupBy(endpoints, ({ path }) => path);
  return {
    openapi: '3.1.1',
    info: {
      title: 'OpenGSA edge administration',
      version: '1',
      description:
        "Microsoft Graph's paths and shapes, served by an edge. Every call needs a token of opengsa-edge admin token or a certificate of opengsa-edge admin certificate; with an Authorization header, that alone counts.",
    },
    servers: apiVersions.map((version) => ({ url: `/${version}` })),
    security: [{ bearer: [] }, { certificate: [] }],
    paths: Object.fromEntries(
      [...byPath].map(([path, group]) => [
        path.replaceAll(/:(\w+)/g, '{$1}'),
        Object.fromEntries(group.map((endpoint) => [endpoint.method.toLowerCase(), operation(endpoint)])),
      ]),
    ),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        certificate: { type: 'mutualTLS', description: 'A client certificate that is registered by itself.' },
      },
      schemas: { error: jsonSchema(errorSchema, 'output') },
    },
  };
}

function operation({ path, method, summary, needs, query, body, answers }: ServedEndpoint): object {
  const success =
    answers === undefined
      ? { 204: { description: 'Done.' } }
      : { [method === 'POST' ? 201 : 200]: content('Found, or done.', jsonSchema(answers, 'output')) };
  return {
    summary,
    description: `Needs ${needs.join(' or ')}.`,
    operationId: `${method.toLowerCase()}${path.replaceAll(/[/:]+(\w)/g, (_, first: string) => first.toUpperCase())}`,
    parameters: [...pathParameters(path), ...queryParameters(query)],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, ...content(undefined, jsonSchema(body, 'input')) } }),
    responses: { ...success, default: content('Refused.', { $ref: '#/components/schemas/error' }) },
  };
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true },
    schema: { type: 'string' },
  }));
}

function queryParameters(rules: QueryRules | undefined): object[] {
  if (rules === undefined) return [];
  const described: Partial<Record<(typeof queryOptions)[number], string>> = {
    $filter: `By ${Object.keys(rules.fields).join(', ')}.`,
    $orderby: `By ${(rules.sortable ?? Object.keys(rules.fields)).join(', ')}.`,
    $select: `Of ${rules.properties.join(', ')}.`,
    $expand: `Of ${(rules.expands ?? []).join(', ')}.`,
    $top: `At most ${rules.largestPage}; ${rules.pageSize} where it is absent.`,
  };
  return rules.options.map((name) => ({
    ...{ name, in: 'query', schema: { type: 'string' } },
    ...(described[name] === undefined ? {} : { description: described[name] }),
  }));
}

function content(description: string | undefined, schema: object): object {
  return {
    ...(description === undefined ? {} : { description }),
    content: { 'application/json': { schema } },
  };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  // OpenAPI 3.1 has this dialect as its own; a schema that names another would be read by it.
  return $schema === openApiDialect ? rest : { $schema, ...rest };
}
