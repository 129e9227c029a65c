// Records of flows and connections: found by everything that an administrator may know, in order, page by page, and
// forgotten in time.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { matches } from '../../../../../edge/core/odata/evaluate.ts';
import { parseFilter } from '../../../../../edge/core/odata/filter.ts';
import type { Query } from '../../../../../edge/core/odata/query.ts';
import {
  type TrafficEntry,
  trafficEntryOf,
  trafficFields,
} from '../../../../../edge/reports/traffic-entry.ts';
import type { LogPage, RecordStore } from '../../../../../edge/store/record-store.ts';
import { mostLookedAt } from '../../../../../edge/store/sqlite/log-search.ts';
import { openDatabase } from '../../../../../edge/store/sqlite/database.ts';
import { recordMigrations } from '../../../../../edge/store/sqlite/record-migrations.ts';
import { openRecordStore } from '../../../../../edge/store/sqlite/records.ts';
import type { FlowLogRecord } from '../../../../../edge/telemetry/flow-log.ts';
import { exampleConnection, exampleRecord, exampleStart } from '../../../../support/example-records.ts';
import { logQuery } from '../../../../support/log-query.ts';
import { anyFilter } from '../../../../support/odata-filters.ts';
import { createProgramGroup, type ProgramGroup } from '../../../../support/processes.ts';

let group: ProgramGroup;
let store: RecordStore;
beforeEach(() => {
  group = createProgramGroup();
  store = openRecordStore(join(group.folder, 'records.db'));
});
afterEach(async () => {
  store.close();
  await group.end();
});

const count = 3000;
const authorities = ['[2001:db8::1]:8443', '203.0.113.9:8443', 'odd', '', 'wiki.contoso.test:654321', ':443'];
const records = Array.from({ length: count }, (_, i) =>
  exampleRecord(i, i % 50 === 0 ? { authority: authorities[(i / 50) % authorities.length] ?? '' } : {}),
);
/** Ids do not matter here: they are the store's. */
const entries = records.map((record) => trafficEntryOf(0, Date.parse(record.endedAt), record));
const newest = (options: Readonly<Record<string, string>> = {}): TrafficEntry[] =>
  store.find('traffic', logQuery({ $top: '10000', ...options })).value as TrafficEntry[];
const found = (filter: string): string[] =>
  (walk('traffic', logQuery({ $filter: filter, $top: '10000' })) as TrafficEntry[]).map(ended);
const ended = ({ endDateTime }: { readonly endDateTime: string }): string => endDateTime;
const endsOf = (all: readonly FlowLogRecord[]): string[] => all.map(({ endedAt }) => endedAt);

test('a record comes back with both addresses, and only the owner may read the file', () => {
  const record = exampleRecord(1, { attestedIpv6: '2001:db8::7', statedAddress: '2001:db8::7' });
  store.add([record]);
  expect(newest()).toMatchObject([{ observedIp: record.peerAddress, statedIp: '2001:db8::7' }]);
  expect(statSync(join(group.folder, 'records.db')).mode & 0o777).toBe(0o600);
});

describe('a filter finds what plain reading of every entry finds:', () => {
  const one = exampleRecord(1234);
  test.each([
    'createdDateTime ge 2026-01-01T00:00:00.500Z',
    'createdDateTime lt 2026-01-01T00:00:00.500Z',
    'createdDateTime gt 2026-01-01T00:00:00.500Z and createdDateTime le 2026-01-01T00:00:00.700Z',
    `deviceName eq '${one.device.name?.toUpperCase() ?? ''}'`,
    `deviceId eq '${one.device.thumbprint.toLowerCase()}'`,
    "destinationFQDN eq 'LOGIN-7.contoso.test'",
    "action eq 'block'",
    "action eq 'allow'",
    "restorationClass in ('forwarded','anchor')",
    "reason eq 'destination-not-allowed'",
    "not (action eq 'allow' or reason ne null)",
    "userPrincipalName eq 'åsa9523@CONTOSO.test'",
    "userId eq 's-9523' or userPrincipalName eq null and action eq 'block'",
    `traceId eq '${one.traceparent?.slice(3, 35) ?? ''}'`,
    `startswith(traceId,'${one.traceparent?.slice(3, 8) ?? ''}')`,
    `observedIp eq '${one.peerAddress}' or statedIp eq '${one.peerAddress}'`,
    "attestedIpv4 eq '198.51.100.5' and observedIp ne '198.51.100.5'",
    "sourceIp eq '2001:db8::1'",
    "destinationFQDN eq null or destinationFQDN eq 'x'' OR ''1''=''1'",
    'destinationPort eq 8443 or destinationPort eq null',
    "destinationPort eq 443 and receivedBytes gt 5000 and contains(destinationFQDN,'-4')",
  ])('%s', (text) => {
    store.add(records);
    const filter = parseFilter(text, trafficFields);
    expect(found(text)).toEqual(
      entries
        .filter((entry) => matches(entry, filter))
        .map(ended)
        .toReversed(),
    );
  });

  test('any other, at random, walked page by page in both orders', () => {
    store.add(records.slice(0, 400));
    const all = newest();
    const { transactionId, ...fields } = trafficFields;
    expect(transactionId).toBe('string');
    fc.assert(
      fc.property(
        anyFilter(fields, all.slice(0, 40)),
        fc.boolean(),
        fc.integer({ min: 1, max: 150 }),
        fc.nat(20),
        (filter, descending, top, skip) => {
          const query: Query = {
            ...logQuery(),
            ...{ filter, top, skip, orderby: [{ field: 'createdDateTime', descending }] },
          };
          const wanted = (descending ? all : all.toReversed()).filter((entry) => matches(entry, filter));
          expect(walk('traffic', query)).toEqual(wanted.slice(skip));
        },
      ),
      { seed: 10, numRuns: 150 },
    );
  });
});

/** Every entry of all pages, the way that their links lead. */
function walk(
  log: 'traffic' | 'connections',
  first: Query,
  meanwhile: () => void = () => undefined,
): object[] {
  const seen: object[] = [];
  for (let query = first; ;) {
    const page: LogPage = store.find(log, query);
    seen.push(...page.value);
    meanwhile();
    if (page.next === null) return seen;
    const { $skiptoken: skiptoken = null, $skip: skip = '' } = page.next;
    query = { ...query, skiptoken, skip: Number(skip) };
  }
}

describe('pages', () => {
  test('follow each other without a gap or a repetition while records are added', () => {
    store.add(records.slice(0, 1000));
    let i = 1000;
    const query = logQuery({ $filter: "restorationClass eq 'opaque'", $top: '37' });
    const seen = walk('traffic', query, () => store.add([exampleRecord((i += 1), { class: 'opaque' })]));
    const wanted = records.slice(0, 1000).filter((record) => record.class === 'opaque');
    expect((seen as TrafficEntry[]).map(ended)).toEqual(endsOf(wanted).toReversed());
    expect(() => newest({ $skiptoken: 'page 2' })).toThrow(/\$skiptoken: is not one that/);
  });

  test('are short where too much would be looked at, and lead on; what is too much to count is not counted', () => {
    const many = Array.from({ length: mostLookedAt + 500 }, (_, i) => exampleRecord(i + 1));
    store.add([exampleRecord(0, { bytesSent: 7 }), ...many]);
    const [filter, ofNoColumn] = ['sentBytes eq 7', "sentBytes eq 7 and policyName eq 'classes'"];
    expect(store.find('traffic', logQuery({ $filter: filter }))).toMatchObject({
      value: [],
      next: { $skiptoken: expect.stringMatching(/^\d+$/) as unknown, $skip: '0' },
    });
    expect(walk('traffic', logQuery({ $filter: filter }))).toHaveLength(1);
    expect(walk('traffic', logQuery({ $filter: ofNoColumn }))).toHaveLength(1);
    expect(walk('traffic', logQuery({ $filter: "policyName ne 'classes'" }))).toHaveLength(0);
    expect(() => newest({ $filter: filter, $count: 'true' })).toThrow(/\$count: there are too many entries/);
    const range = 'createdDateTime lt 2026-01-01T00:00:00.005Z';
    expect(store.find('traffic', logQuery({ $filter: range, $count: 'true', $top: '2' }))).toMatchObject({
      count: 4,
      value: [{}, {}],
    });
  });
});

test('a clock that is set back changes nothing about the order of records', () => {
  const late = exampleRecord(2000);
  const early = exampleRecord(1);
  store.add([late, early]);
  expect(newest().map(ended)).toEqual(endsOf([early, late]));
  const [first, second] = newest();
  expect(Date.parse(first?.createdDateTime ?? '')).toBe(Date.parse(second?.createdDateTime ?? ''));
});

test('what is indexed apart, because it was written later, is found in one order', () => {
  const many = Array.from({ length: 20_200 }, (_, i) => exampleRecord(i));
  store.add(many.slice(0, 20_100));
  store.add(many.slice(20_100));
  const { peerAddress, authority } = exampleRecord(20_150);
  const among = (field: 'peerAddress' | 'authority', value: string) =>
    endsOf(many.filter((record) => record[field] === value).toReversed());
  const walked = (filter: string) =>
    (walk('traffic', logQuery({ $filter: filter, $top: '7' })) as TrafficEntry[]).map(ended);
  expect(walked(`observedIp eq '${peerAddress}'`)).toEqual(among('peerAddress', peerAddress));
  expect(walked(`destinationFQDN eq '${authority.replace(/:\d+$/, '')}'`)).toEqual(
    among('authority', authority),
  );
});

test('all of a batch is kept, or none of it', () => {
  const broken = {
    ...exampleRecord(1),
    device: { thumbprint: null, name: null },
  } as unknown as FlowLogRecord;
  expect(() => store.add([exampleRecord(0), broken])).toThrow();
  expect(newest()).toEqual([]);
  store.add([exampleRecord(0)]);
  expect(found(`deviceName eq '${exampleRecord(0).device.name ?? ''}'`)).toHaveLength(1);
});

test('records of an earlier version are found as those that follow', () => {
  const file = join(group.folder, 'earlier.db');
  const earlier = openDatabase(file, { migrations: recordMigrations.slice(0, 1), synchronous: 'NORMAL' });
  const { connectionId, person, ...former } = exampleRecord(1);
  expect([connectionId, person]).not.toContain(undefined);
  const id = Date.parse(former.endedAt) * 2048;
  earlier
    .prepare(
      `INSERT INTO flows (id, thumbprint, host, action, class, reason, trace, record) VALUES (?, ?, 'h', 'allow', 'anchor', NULL, ?, ?)`,
    )
    .run(id, former.device.thumbprint, former.traceparent?.slice(3, 35) ?? null, JSON.stringify(former));
  earlier.prepare('INSERT INTO device_names VALUES (?, ?)').run(former.device.name, former.device.thumbprint);
  earlier.prepare('INSERT INTO addresses VALUES (?, ?)').run(former.peerAddress, id);
  earlier.close();
  const later = openRecordStore(file);
  const { device, peerAddress, traceparent } = former;
  later.add([exampleRecord(2, { device, peerAddress, traceparent })]);
  for (const filter of [
    `deviceName eq '${device.name ?? ''}'`,
    `deviceId eq '${device.thumbprint}'`,
    `observedIp eq '${peerAddress}'`,
    `traceId eq '${traceparent?.slice(3, 35) ?? ''}'`,
  ])
    expect(later.find('traffic', logQuery({ $filter: filter })).value).toMatchObject([
      { endDateTime: exampleRecord(2).endedAt },
      { endDateTime: former.endedAt, connectionId: null, userPrincipalName: null },
    ]);
  later.close();
});

describe('old records are forgotten', () => {
  const all = { before: Infinity, maxBytes: Infinity, limit: 1000 };

  test('by their age, so many at a time, with everything that finds them', () => {
    store.add(records);
    const bounds = { ...all, before: exampleStart + 1501 };
    expect([store.prune(bounds), store.prune(bounds), store.prune(bounds)]).toEqual([1000, 500, 0]);
    const left = records.filter((r) => Date.parse(r.endedAt) >= exampleStart + 1501).toReversed();
    expect(newest().map(ended)).toEqual(endsOf(left));
    const { peerAddress } = exampleRecord(1);
    expect(found(`observedIp eq '${peerAddress}'`)).toEqual(
      endsOf(left.filter((r) => r.peerAddress === peerAddress)),
    );
  });

  test('and the oldest where the file is too large, whose room later ones use', () => {
    const file = join(group.folder, 'records.db');
    for (let i = 0; i < 3; i += 1) {
      store.add(records);
      while (store.prune({ before: 0, maxBytes: 1_500_000, limit: 500 }) > 0);
    }
    const size = statSync(file).size + statSync(`${file}-wal`).size;
    expect(size).toBeLessThan(32_000_000);
    expect(newest().length).toBeGreaterThan(100);
    expect(newest()[0]?.endDateTime).toBe(records.at(-1)?.endedAt);
  });
});

describe('a connection', () => {
  const connections = Array.from({ length: 60 }, (_, i) => exampleConnection(i));
  const all = () => store.find('connections', logQuery({ $top: '1000' })).value;

  test('is one entry from its beginning to its end, found by device, address and state', () => {
    store.track(connections);
    store.track([exampleConnection(7, { flows: 3, bytesSent: 300 })]);
    const about = (filter: string) => walk('connections', logQuery({ $filter: filter, $top: '5' }));
    expect(all()).toHaveLength(60);
    expect(about("status eq 'active'")).toMatchObject([
      { id: 'connection-7', transactionCount: 3, sentBytes: 300, endDateTime: null },
    ]);
    store.track([exampleConnection(7, { flows: 4, isOpen: false, endedAt: '2026-01-02T00:00:00.000Z' })]);
    expect(about("status ne 'open'")).toMatchObject([
      { id: 'connection-7', status: 'closed', transactionCount: 4, endDateTime: '2026-01-02T00:00:00.000Z' },
    ]);
    const { device, peerAddress } = exampleConnection(7);
    expect(about(`deviceName eq '${device.name ?? ''}' and sourceIp eq '${peerAddress}'`)).toHaveLength(1);
    expect(about(`deviceId eq '${device.thumbprint}'`)).toHaveLength(1);
    expect(about("id eq 'CONNECTION-7'")).toHaveLength(1);
  });

  test('that was open when an edge was killed is closed without an end by the next one', () => {
    store.track(connections.slice(0, 2));
    store.closeConnections();
    expect(all()).toMatchObject([{ status: 'closed', endDateTime: null }, { status: 'closed' }]);
  });

  test('is forgotten with the flows of its time, never while it is open', () => {
    const end = '2026-01-01T00:00:01.000Z';
    store.track(connections.map((one, i) => (i < 50 ? { ...one, isOpen: false, updatedAt: end } : one)));
    const bounds = { before: exampleStart + 2000, maxBytes: Infinity, limit: 30 };
    store.prune(bounds);
    expect(all()).toHaveLength(30);
    store.prune(bounds);
    expect(all()).toHaveLength(10);
  });
});
