// `auditLogs/directoryAudits`: who changed what, and who was not allowed to.
import { z } from 'zod';
import { matches, ordering, selected } from '../core/odata/evaluate.ts';
import type { Query, QueryRules } from '../core/odata/query.ts';
import type { NumberedAuditEntry } from '../store/audit-store.ts';
import type { Store } from '../store/store.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { collectionOf, entity, listing, noSuch } from './answers.ts';
import type { Endpoints } from './endpoint.ts';

const path = '/auditLogs/directoryAudits';
const idPrefix = 'audit_';
/** Read from the store at a time. */
const chunk = 500;

const query: QueryRules = {
  options: ['$filter', '$select', '$orderby', '$top', '$skip', '$skiptoken', '$count'],
  fields: {
    id: 'string',
    activityDateTime: 'date',
    activityDisplayName: 'string',
    category: 'string',
    operationType: 'string',
    result: 'string',
    loggedByService: 'string',
    'initiatedBy/user/displayName': 'string',
    'initiatedBy/user/userPrincipalName': 'string',
  },
  properties: [
    ...['id', 'activityDateTime', 'activityDisplayName', 'additionalDetails', 'category', 'correlationId'],
    ...['initiatedBy', 'loggedByService', 'operationType', 'result', 'resultReason', 'targetResources'],
  ],
  pageSize: 100,
  largestPage: 1000,
};

/** Graph's `directoryAudit`, with the properties that this edge knows. */
export const directoryAudit = z.object({
  id: z.string(),
  activityDateTime: z.string(),
  activityDisplayName: z.string(),
  additionalDetails: z.array(z.object({ key: z.string(), value: z.string() })),
  category: z.string(),
  correlationId: z.string().nullable(),
  initiatedBy: z.object({
    app: z.null(),
    user: z.object({ id: z.string().nullable(), displayName: z.string(), userPrincipalName: z.string() }),
  }),
  loggedByService: z.string(),
  operationType: z.string(),
  result: z.enum(['success', 'failure']),
  resultReason: z.string(),
  targetResources: z.array(z.never()),
});
export type DirectoryAuditAnswer = z.output<typeof directoryAudit>;

export function registerDirectoryAudits(
  endpoints: Endpoints,
  { store }: { readonly store: Pick<Store, 'audit'> },
): void {
  endpoints.add({
    method: 'GET',
    path,
    summary: 'Changes and refused changes, the latest first',
    needs: ['AuditLog.Read.All'],
    query,
    answers: collectionOf(directoryAudit),
    handle: (call) => listing(call, 'auditLogs/directoryAudits', find(store, call.query)),
  });
  endpoints.add({
    method: 'GET',
    path: `${path}/:id`,
    summary: 'One of them',
    needs: ['AuditLog.Read.All'],
    answers: directoryAudit,
    handle: (call) => {
      const number = numberOf(call.params.id ?? '');
      const [entry] = number === null ? [] : store.audit.page(1, number + 1);
      if (number === null || entry?.number !== number) return noSuch(`the entry ${call.params.id ?? ''}`);
      return entity(call, 'auditLogs/directoryAudits/$entity', toGraph(entry));
    },
  });
}

type Found = {
  readonly value: readonly object[];
  readonly count: number | null;
  readonly next: Readonly<Record<string, string>> | null;
};

/** In the order that they were written in, backwards, as few are read as the page needs; another order needs all. */
function find({ audit }: Pick<Store, 'audit'>, wanted: Query): Found {
  const { filter, orderby, top, skip, skiptoken, select } = wanted;
  const [first] = orderby;
  const isNewestFirst =
    first === undefined || (orderby.length === 1 && first.field === 'activityDateTime' && first.descending);
  const after = skiptoken === null ? null : numberOf(skiptoken);
  if (skiptoken !== null && (after === null || !isNewestFirst)) {
    throw new OpenGsaError('bad-message', '$skiptoken: is not one that this collection gave');
  }
  // One more than the page tells whether there is another.
  const enough = isNewestFirst && !wanted.count ? skip + top + 1 : Number.POSITIVE_INFINITY;
  const found: DirectoryAuditAnswer[] = [];
  let before = after;
  while (found.length < enough) {
    const entries = audit.page(chunk, before);
    for (const record of entries.map(toGraph)) {
      if (filter === null || matches(record, filter)) found.push(record);
    }
    before = entries.at(-1)?.number ?? null;
    if (entries.length < chunk) break;
  }
  const sorted = isNewestFirst ? found : found.toSorted(ordering(orderby));
  const page = sorted.slice(skip, skip + top);
  const last = page.at(-1);
  const hasMore = sorted.length > skip + top && last !== undefined;
  return {
    value: page.map((record) => selected(record, select)),
    count: wanted.count ? found.length : null,
    next: !hasMore
      ? null
      : isNewestFirst
        ? // Entries that are written meanwhile do not move it.
          { $skiptoken: last.id, $skip: '0' }
        : { $skip: String(skip + top) },
  };
}

function numberOf(id: string): number | null {
  const text = id.startsWith(idPrefix) ? id.slice(idPrefix.length) : '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function toGraph({ number, at, who, action, detail }: NumberedAuditEntry): DirectoryAuditAnswer {
  const [category = action, verb = action] = action.split('.');
  const refused = verb === 'refused';
  return {
    id: `${idPrefix}${number}`,
    activityDateTime: at,
    activityDisplayName: action,
    additionalDetails: [],
    category,
    correlationId: null,
    initiatedBy: { app: null, user: { id: null, displayName: who, userPrincipalName: who } },
    loggedByService: 'OpenGSA edge',
    operationType: verb,
    result: refused ? 'failure' : 'success',
    resultReason: detail,
    targetResources: [],
  };
}
