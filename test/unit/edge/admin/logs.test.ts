// The logs of traffic and connections in Graph's form: who may read them, how they are asked, and what is refused.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRecordStore } from '../../../../edge/store/sqlite/records.ts';
import { type AdminApi, startAdminApi } from '../../../support/admin-api.ts';
import { exampleConnection, exampleRecord } from '../../../support/example-records.ts';

type Entry = Readonly<Record<string, unknown>>;
type Page = { readonly value: Entry[]; '@odata.nextLink'?: string; '@odata.count'?: number };

const traffic = '/beta/networkAccess/logs/traffic';
const connections = '/beta/networkAccess/logs/connections';
const role = 'Global Secure Access Log Reader';
let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
  const store = openRecordStore(api.recordsFile);
  store.add(Array.from({ length: 500 }, (_, i) => exampleRecord(i)));
  store.track(Array.from({ length: 25 }, (_, i) => exampleConnection(i, { flows: i })));
  store.close();
});
afterAll(() => api.close());

const urlOf = (path: string, options: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(options).toString()}`;

async function page(url: string): Promise<Page> {
  const { status, body } = await api.ask('GET', url.replace(/^https:\/\/[^/]+/, ''), { role });
  expect([status, body]).toEqual([200, body]);
  return body as Page;
}

test('traffic by links: the latest first, each once, with both addresses, of the properties that were chosen', async () => {
  const seen: Entry[] = [];
  let url: string | undefined = urlOf(traffic, {
    $filter: "action eq 'allow' and createdDateTime ge 2026-01-01T00:00:00.100Z",
    $select: 'createdDateTime,observedIp,statedIp',
    $top: '90',
  });
  while (url !== undefined) {
    const { value, '@odata.nextLink': next }: Page = await page(url);
    seen.push(...value);
    url = next;
  }
  const wanted = Array.from({ length: 500 }, (_, i) => exampleRecord(i)).filter(
    ({ result, endedAt }) => result !== 'refused' && endedAt >= '2026-01-01T00:00:00.100Z',
  );
  expect(seen).toEqual(
    wanted.toReversed().map(({ endedAt, peerAddress, statedAddress }) => ({
      transactionId: expect.stringMatching(/^\d+$/) as unknown,
      ...{ createdDateTime: endedAt, observedIp: peerAddress, statedIp: statedAddress },
    })),
  );
});

test('one entry of each by its id, counts and the other order', async () => {
  const first = await page(urlOf(traffic, { $orderby: 'createdDateTime', $top: '1', $count: 'true' }));
  expect(first).toMatchObject({
    '@odata.context': expect.stringMatching(/\$metadata#networkAccess\/logs\/traffic$/) as unknown,
    '@odata.count': 500,
    value: [{ endDateTime: exampleRecord(0).endedAt }],
  });
  const id = String(first.value[0]?.transactionId);
  expect(await page(`${traffic}/${id}`)).toMatchObject({ transactionId: id, deviceCategory: 'client' });
  expect(await page(`${connections}/connection-7?$select=status`)).toEqual({
    '@odata.context': expect.stringMatching(/connections\/\$entity$/) as unknown,
    ...{ id: 'connection-7', status: 'active' },
  });
  for (const path of [`${traffic}/${id}1`, `${traffic}/x`, `${connections}/connection-700`])
    expect(await api.ask('GET', path, { role })).toMatchObject({
      status: 404,
      body: { error: { code: 'ResourceNotFound' } },
    });
});

test('connections by device, address and state', async () => {
  const filter = "deviceName eq 'laptop-3' or (sourceIp eq '203.0.114.4' and status eq 'active')";
  const { value } = await page(urlOf(connections, { $filter: filter }));
  expect(value.map(({ id, transactionCount }) => [id, transactionCount])).toEqual([
    ['connection-4', 4],
    ['connection-3', 3],
  ]);
});

describe.each([traffic, connections])('%s', (path) => {
  test.each([
    ['$filter', 'createdDateTime ge', 'not with its end'],
    ['$filter', 'createdDateTime ge yesterday', 'is compared with a time'],
    ['$filter', "secret eq 'x'", 'the property secret cannot be asked for here'],
    ['$filter', "flags eq 'x'", 'the property flags cannot be asked for here'],
    ['$filter', "deviceId eq 'x", 'text has no closing quote'],
    ['$filter', `${'not '.repeat(80)}deviceId eq 'x'`, 'is nested too deeply'],
    ['$orderby', 'sentBytes', 'there is no order by sentBytes; there are createdDateTime'],
    ['$orderby', 'createdDateTime,createdDateTime', 'takes at most 1 properties'],
    ['$select', 'secret', 'there is no property secret'],
    ['$top', '1001', 'must be a whole number from 1 to 1000'],
    ['$top', '-1', 'must be a whole number'],
    ['$skiptoken', "1' OR 1=1", 'is not one that this collection gave'],
    ['$skiptoken', '99999999999999999', 'is not one that this collection gave'],
    ['$count', 'yes', 'must be true or false'],
    ['$expand', 'device', 'is no query option here'],
    ['$search', 'x', 'is no query option here'],
  ])('%s=%.40s is refused', async (option, value, message) => {
    const reply = await api.ask('GET', urlOf(path, { [option]: value }), { role });
    expect(reply).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 'BadRequest',
          message: expect.stringContaining(message) as unknown,
          innerError: { 'request-id': reply.headers['request-id'] },
        },
      },
    });
    expect((reply.body as { error: { message: string } }).error.message.startsWith(option)).toBe(true);
  });
});
