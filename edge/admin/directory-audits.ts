// `auditLogs/directoryAudits`: who changed what, and who was not allowed to.
import type { QueryRules } from '../core/odata/query.ts';
import type { Store } from '../store/store.ts';
import { collectionOf, entity, listing, noSuch } from './answers.ts';
import { auditAnswer, auditNumber, directoryAudit, findAudits } from './audit-search.ts';
import type { Endpoints } from './endpoint.ts';

const path = '/auditLogs/directoryAudits';

const query: QueryRules = {
  options: ['$filter', '$select', '$orderby', '$top', '$skip', '$skiptoken', '$count'],
  fields: {
    id: 'string',
    activityDateTime: 'date',
    activityDisplayName: 'string',
    category: 'string',
    operationType: 'string',
    result: 'string',
    resultReason: 'string',
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
    handle: (call) => listing(call, 'auditLogs/directoryAudits', findAudits(store.audit, call.query)),
  });
  endpoints.add({
    method: 'GET',
    path: `${path}/:id`,
    summary: 'One of them',
    needs: ['AuditLog.Read.All'],
    answers: directoryAudit,
    handle: (call) => {
      const number = auditNumber(call.params.id ?? '');
      const [entry] = number === null ? [] : store.audit.page(1, number + 1);
      if (number === null || entry?.number !== number) return noSuch(`the entry ${call.params.id ?? ''}`);
      return entity(call, 'auditLogs/directoryAudits/$entity', auditAnswer(entry));
    },
  });
}
