// The audit log in Graph's form: pages that stay in step while entries are written, filters, order, selection.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mostScanned } from '../../../../edge/admin/audit-search.ts';
import { type AdminApi, startAdminApi } from '../../../support/admin-api.ts';

type Page = {
  value: { id: string; resultReason: string }[];
  '@odata.nextLink'?: string;
  '@odata.count'?: number;
};

const path = '/v1.0/auditLogs/directoryAudits';
const role = 'Security Reader';
let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
  for (let i = 0; i < 1200; i += 1) add(`entry ${i}`, i);
});
afterAll(() => api.close());

function add(detail: string, minute: number): void {
  const at = new Date(Date.UTC(2026, 6, 1) + minute * 60_000).toISOString();
  api.store.audit.add({
    at,
    who: 'uid 7',
    action: minute % 2 === 0 ? 'devices.add' : 'devices.revoke',
    detail,
  });
}

async function page(url: string): Promise<Page> {
  const { status, body } = await api.ask('GET', url.replace(/^https:\/\/[^/]+/, ''), { role });
  expect(status).toBe(200);
  return body as Page;
}

test('walked by links the newest comes first, each once, whatever is written meanwhile', async () => {
  const seen: string[] = [];
  let url: string | undefined = `${path}?$top=300&$filter=${encodeURIComponent("category eq 'devices'")}`;
  while (url !== undefined) {
    const { value, '@odata.nextLink': next }: Page = await page(url);
    seen.push(...value.map(({ resultReason }) => resultReason));
    url = next;
    add('written meanwhile', 5000);
  }
  expect(seen).toEqual(Array.from({ length: 1200 }, (_, i) => `entry ${1199 - i}`));
});

test('filter on times, order, count and selection together', async () => {
  const filter =
    "activityDateTime ge 2026-07-01T00:10:00Z and activityDateTime lt 2026-07-01T00:20:00Z and operationType eq 'add'";
  const query = new URLSearchParams({
    $filter: filter,
    $orderby: 'activityDateTime',
    $top: '2',
    $count: 'true',
    $select: 'resultReason',
  });
  const first = await page(`${path}?${query.toString()}`);
  expect(first).toMatchObject({
    '@odata.count': 5,
    value: [{ resultReason: 'entry 10' }, { resultReason: 'entry 12' }],
  });
  expect(Object.keys(first.value[0] ?? {})).toEqual(['id', 'resultReason']);
  const second = await page(first['@odata.nextLink'] ?? '');
  expect(second.value.map(({ resultReason }) => resultReason)).toEqual(['entry 14', 'entry 16']);
});

test('one entry by its id', async () => {
  const { value } = await page(`${path}?$top=1`);
  const { body } = await api.ask('GET', `${path}/${value[0]?.id ?? ''}`, { role });
  expect(body).toMatchObject({
    ...value[0],
    '@odata.context': expect.stringContaining('$entity') as unknown,
  });
});

test('too many entries to look at make short pages with links, and a count of them is refused', async () => {
  api.store.transaction(() => {
    for (let i = 0; i < mostScanned; i += 1) add('one of many', 6001);
  });
  const seen: string[] = [];
  let url: string | undefined =
    `${path}?$filter=${encodeURIComponent("startswith(resultReason,'entry 1')")}&$skip=1`;
  let pages = 0;
  while (url !== undefined) {
    const { value, '@odata.nextLink': next }: Page = await page(url);
    seen.push(...value.map(({ resultReason }) => resultReason));
    url = next;
    pages += 1;
  }
  const all = Array.from({ length: 1200 }, (_, i) => `entry ${1199 - i}`).filter((one) =>
    one.startsWith('entry 1'),
  );
  expect(seen).toEqual(all.slice(1));
  expect(pages).toBeGreaterThan(4);
  const counted = await api.ask('GET', `${path}?$count=true`, { role });
  expect(counted).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining('filter by activityDateTime ge') as unknown } },
  });
  const recent = encodeURIComponent('activityDateTime ge 2027-01-01T00:00:00Z');
  expect((await api.ask('GET', `${path}?$count=true&$filter=${recent}`, { role })).body).toMatchObject({
    '@odata.count': 0,
  });
});
