// `networkAccess/logs`: what flowed through the edge, and the connections of devices that it came by.
import type { z } from 'zod';
import type { Fields } from '../core/odata/fields.ts';
import type { Query, QueryRules } from '../core/odata/query.ts';
import { connectionEntry, connectionFields } from '../reports/connection-entry.ts';
import type { LogReader } from '../reports/log-reader.ts';
import { trafficEntry, trafficFields } from '../reports/traffic-entry.ts';
import type { LogName } from '../store/record-store.ts';
import { collectionOf, entity, listing, noSuch } from './answers.ts';
import type { Endpoints } from './endpoint.ts';
import { ofOne } from './forwarding-shapes.ts';

const needs = ['NetworkAccess.Read.All', 'NetworkAccess-Reports.Read.All'] as const;

/** A collection of Graph's `networkAccess/logs`. */
type Log = {
  readonly name: LogName;
  /** The property that names an entry. */
  readonly key: string;
  readonly summary: string;
  readonly entry: z.ZodObject;
  readonly fields: Fields;
};

const logs: readonly Log[] = [
  {
    name: 'traffic',
    key: 'transactionId',
    summary:
      'Flows that have ended, the latest first: with the address that was seen and the one that was told',
    entry: trafficEntry,
    fields: trafficFields,
  },
  {
    name: 'connections',
    key: 'id',
    summary: 'Tunnel sessions of devices, the latest first',
    entry: connectionEntry,
    fields: connectionFields,
  },
];

export function registerLogs(
  endpoints: Endpoints,
  { logs: reader }: { readonly logs: Pick<LogReader, 'find'> },
): void {
  for (const log of logs) registerLog(endpoints, reader, log);
}

function registerLog(
  endpoints: Endpoints,
  reader: Pick<LogReader, 'find'>,
  { name, key, summary, entry, fields }: Log,
): void {
  const path = `/networkAccess/logs/${name}`;
  const context = `networkAccess/logs/${name}`;
  const query: QueryRules = {
    options: ['$filter', '$select', '$orderby', '$top', '$skip', '$skiptoken', '$count'],
    fields,
    sortable: ['createdDateTime'],
    properties: Object.keys(entry.shape),
    pageSize: 100,
    largestPage: 1000,
  };
  endpoints.add({
    ...{ method: 'GET', path, summary, needs, query },
    answers: collectionOf(entry.partial()),
    handle: async (call) => listing(call, context, await reader.find(name, call.query)),
  });
  endpoints.add({
    ...{ method: 'GET', path: `${path}/:id`, summary: 'One of them', needs, query: ofOne(query) },
    answers: entry.partial(),
    handle: async (call) => {
      const { id = '' } = call.params;
      const [found] = (await reader.find(name, queryOfOne(key, id, call.query))).value;
      return found === undefined ? noSuch(`the entry ${id}`) : entity(call, `${context}/$entity`, found);
    },
  });
}

function queryOfOne(field: string, value: string, query: Query): Query {
  return { ...query, top: 1, filter: { kind: 'compare', field, operator: 'eq', value } };
}
