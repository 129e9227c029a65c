// Questions to a log, as the administration API reads them off a URL.
import { parseQuery, type Query } from '../../edge/core/odata/query.ts';
import { connectionFields } from '../../edge/reports/connection-entry.ts';
import { trafficFields } from '../../edge/reports/traffic-entry.ts';

/** @param options by their names with the dollar: `{ $filter: "action eq 'block'" }` */
export function logQuery(options: Readonly<Record<string, string>> = {}): Query {
  return parseQuery(options, {
    options: ['$filter', '$orderby', '$top', '$skip', '$skiptoken', '$count'],
    fields: { ...connectionFields, ...trafficFields },
    sortable: ['createdDateTime'],
    properties: [],
    pageSize: 100,
    largestPage: 10_000,
  });
}
