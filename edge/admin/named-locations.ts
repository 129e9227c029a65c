// `identity/conditionalAccess/namedLocations`: the address ranges that an organisation has given names.
import { z } from 'zod';
import { formatPrefix, parseNetwork } from '../../protocol/address.ts';
import { locationName } from '../../protocol/named-location.ts';
import { selected } from '../core/odata/evaluate.ts';
import { pageOf } from '../core/odata/page.ts';
import type { QueryRules } from '../core/odata/query.ts';
import type { LocationFacts, NamedLocations, RegisteredLocation } from '../named-locations.ts';
import { annotations, collection, collectionOf, entity, noSuch } from './answers.ts';
import type { Endpoints } from './endpoint.ts';
import { ofOne } from './forwarding-shapes.ts';

const path = '/identity/conditionalAccess/namedLocations';
const context = 'identity/conditionalAccess/namedLocations';
const type = '#microsoft.graph.ipNamedLocation';
/** As in Entra ID. */
const mostRanges = 2000;

const cidrAddress = z
  .string()
  .max(64)
  .transform((text, issues) => {
    const prefix = parseNetwork(text);
    if (prefix !== null) return formatPrefix(prefix);
    issues.addIssue({ code: 'custom', message: 'must be a range such as 203.0.113.0/24 or 2001:db8::/32' });
    return z.NEVER;
  });

const properties = {
  displayName: locationName,
  isTrusted: z.boolean(),
  ipRanges: z
    .array(z.strictObject({ '@odata.type': z.string().max(200).optional(), cidrAddress }))
    .min(1)
    .max(mostRanges),
};
/** Countries cannot be judged by an address alone. */
const ownType = z.literal(type, { error: `must be ${type}: this edge judges address ranges only` });
const newLocation = z.strictObject({
  ...annotations,
  ...properties,
  '@odata.type': ownType,
  isTrusted: properties.isTrusted.default(false),
});
const changedLocation = z.strictObject({
  ...annotations,
  ...z.object(properties).partial().shape,
  '@odata.type': ownType.optional(),
});

export const locationShape = z.object({
  '@odata.type': z.literal(type),
  id: z.string(),
  displayName: z.string(),
  createdDateTime: z.string().nullable(),
  modifiedDateTime: z.string().nullable(),
  isTrusted: z.boolean(),
  ipRanges: z.array(z.object({ '@odata.type': z.string(), cidrAddress: z.string() })),
});
export type LocationAnswer = z.output<typeof locationShape>;

const query: QueryRules = {
  options: ['$filter', '$select', '$orderby', '$top', '$skip', '$count'],
  fields: {
    ...{ id: 'string', displayName: 'string', isTrusted: 'boolean' },
    ...{ createdDateTime: 'date', modifiedDateTime: 'date' },
  },
  properties: ['id', 'displayName', 'createdDateTime', 'modifiedDateTime', 'isTrusted', 'ipRanges'],
  pageSize: 100,
  largestPage: 999,
};

export function registerNamedLocations(
  endpoints: Endpoints,
  { namedLocations }: { readonly namedLocations: NamedLocations },
): void {
  const needs = ['Policy.Read.All'] as const;
  endpoints.add({
    method: 'GET',
    path,
    summary: 'Named locations; those of the configuration have no times and are read-only',
    needs,
    query,
    answers: collectionOf(locationShape),
    handle: (call) => collection(call, context, pageOf(namedLocations.all().map(toGraph), call.query)),
  });
  endpoints.add({
    method: 'GET',
    path: `${path}/:id`,
    summary: 'One of them',
    needs,
    query: ofOne(query),
    answers: locationShape,
    handle: (call) => {
      const { id = '' } = call.params;
      const found = namedLocations.all().find((location) => location.id === id);
      if (found === undefined) return noSuch(`the named location ${id}`);
      return entity(call, `${context}/$entity`, selected(toGraph(found), call.query.select));
    },
  });
  registerChanges(endpoints, namedLocations);
}

function registerChanges(endpoints: Endpoints, namedLocations: NamedLocations): void {
  const needs = ['Policy.ReadWrite.ConditionalAccess'] as const;
  endpoints.add({
    method: 'POST',
    path,
    summary: 'Register one; devices are told with the next view',
    needs,
    body: newLocation,
    answers: locationShape,
    handle: ({ body, who, service }) => {
      const added = toGraph(namedLocations.add(factsOf(body), who));
      return { status: 201, body: { '@odata.context': `${service}/$metadata#${context}/$entity`, ...added } };
    },
  });
  endpoints.add({
    method: 'PATCH',
    path: `${path}/:id`,
    summary: 'Change one that is not of the configuration',
    needs,
    body: changedLocation,
    handle: ({ body, who, params: { id = '' } }) => {
      namedLocations.update(id, factsOf(body), who);
      return { status: 204 };
    },
  });
  endpoints.add({
    method: 'DELETE',
    path: `${path}/:id`,
    summary: 'Remove one that is not of the configuration',
    needs,
    handle: ({ who, params: { id = '' } }) => {
      namedLocations.remove(id, who);
      return { status: 204 };
    },
  });
}

function factsOf(body: z.output<typeof newLocation>): LocationFacts;
function factsOf(body: z.output<typeof changedLocation>): Partial<LocationFacts>;
function factsOf({
  displayName,
  isTrusted,
  ipRanges,
}: z.output<typeof changedLocation>): Partial<LocationFacts> {
  return {
    ...(displayName === undefined ? {} : { name: displayName }),
    ...(isTrusted === undefined ? {} : { trusted: isTrusted }),
    ...(ipRanges === undefined
      ? {}
      : { ranges: [...new Set(ipRanges.map(({ cidrAddress: range }) => range))] }),
  };
}

function toGraph({ id, name, trusted, ranges, times }: RegisteredLocation): LocationAnswer {
  return {
    '@odata.type': type,
    id,
    displayName: name,
    createdDateTime: times?.createdAt ?? null,
    modifiedDateTime: times?.modifiedAt ?? null,
    isTrusted: trusted,
    ipRanges: ranges.map((range) => ({
      '@odata.type': `#microsoft.graph.${range.includes(':') ? 'iPv6CidrRange' : 'iPv4CidrRange'}`,
      cidrAddress: range,
    })),
  };
}
