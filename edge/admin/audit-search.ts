// Finds entries of the audit log in Graph's form, reading backwards, and never so many at once that flows would wait.
import { z } from 'zod';
import { OpenGsaError } from '../../protocol/error.ts';
import { matches, ordering, selected } from '../core/odata/evaluate.ts';
import type { Filter } from '../core/odata/filter.ts';
import type { Query } from '../core/odata/query.ts';
import type { AuditStore, NumberedAuditEntry } from '../store/audit-store.ts';

const idPrefix = 'audit_';
/** Read from the store at a time. */
const chunk = 500;
/** Looked at for one request: about a tenth of a second, in which the process does nothing else. */
export const mostScanned = 10_000;

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

export type AuditPage = {
  readonly value: readonly object[];
  readonly count: number | null;
  /** The options that lead to the next page; null where this is the last. */
  readonly next: Readonly<Record<string, string>> | null;
};

/**
 * The newest first, a page may be short of what it could hold and has a link all the same: where too many entries were
 * passed over. Another order, or a count, needs all entries.
 *
 * @throws OpenGsaError `bad-message` where that would be too many, or for a `$skiptoken` that is none
 */
export function findAudits(audit: Pick<AuditStore, 'page'>, query: Query): AuditPage {
  const { orderby, top, skip, skiptoken, count } = query;
  const [first] = orderby;
  const isNewestFirst =
    first === undefined || (orderby.length === 1 && first.field === 'activityDateTime' && first.descending);
  const after = skiptoken === null ? null : auditNumber(skiptoken);
  if (skiptoken !== null && (after === null || !isNewestFirst)) {
    throw new OpenGsaError('bad-message', '$skiptoken: is not one that this collection gave');
  }
  // One more than the page tells whether there is another.
  const enough = isNewestFirst && !count ? skip + top + 1 : Number.POSITIVE_INFINITY;
  const { found, stoppedAt } = scan(audit, query.filter, after, enough);
  if (stoppedAt !== null && enough === Number.POSITIVE_INFINITY) {
    throw new OpenGsaError(
      'bad-message',
      `$count and $orderby: there are more than ${mostScanned} entries to look at; filter by activityDateTime ge`,
    );
  }
  const sorted = isNewestFirst ? found : found.toSorted(ordering(orderby));
  const page = sorted.slice(skip, skip + top);
  const last = page.at(-1);
  const hasMore = sorted.length > skip + top && last !== undefined;
  const next = (): AuditPage['next'] => {
    if (hasMore && !isNewestFirst) return { $skip: String(skip + top) };
    // Entries that are written meanwhile do not move it.
    if (hasMore) return { $skiptoken: last.id, $skip: '0' };
    if (stoppedAt === null) return null;
    return { $skiptoken: `${idPrefix}${stoppedAt}`, $skip: String(Math.max(0, skip - found.length)) };
  };
  return {
    value: page.map((record) => selected(record, query.select)),
    count: count ? found.length : null,
    next: next(),
  };
}

type Scan = {
  readonly found: readonly DirectoryAuditAnswer[];
  /** The number of the last entry that was looked at, where not all were; else null. */
  readonly stoppedAt: number | null;
};

function scan(
  audit: Pick<AuditStore, 'page'>,
  filter: Filter | null,
  after: number | null,
  enough: number,
): Scan {
  const oldest = filter === null ? '' : earliest(filter);
  const found: DirectoryAuditAnswer[] = [];
  let before = after;
  for (let scanned = 0; scanned < mostScanned; scanned += chunk) {
    const entries = audit.page(chunk, before);
    for (const record of entries.map(auditAnswer)) {
      if (filter === null || matches(record, filter)) found.push(record);
    }
    const last = entries.at(-1);
    // Entries are written in the order of time.
    if (last === undefined || entries.length < chunk || last.at < oldest || found.length >= enough) {
      return { found, stoppedAt: null };
    }
    before = last.number;
  }
  return { found, stoppedAt: before };
}

/** A time before which nothing can match; empty where the filter names none. */
function earliest(filter: Filter): string {
  if (filter.kind === 'and') {
    const [left, right] = [earliest(filter.left), earliest(filter.right)];
    return left > right ? left : right;
  }
  const isLowerBound =
    filter.kind === 'compare' &&
    filter.field === 'activityDateTime' &&
    ['ge', 'gt', 'eq'].includes(filter.operator);
  return isLowerBound && typeof filter.value === 'string' ? filter.value : '';
}

/** The number of an entry by its id; null where the text is none. */
export function auditNumber(id: string): number | null {
  const text = id.startsWith(idPrefix) ? id.slice(idPrefix.length) : '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

export function auditAnswer({ number, at, who, action, detail }: NumberedAuditEntry): DirectoryAuditAnswer {
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
