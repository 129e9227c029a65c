// Records of flows: found by everything that an administrator may know, in order, page by page, and forgotten in time.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordFilter, RecordStore } from '../../../../../edge/store/record-store.ts';
import { openRecordStore } from '../../../../../edge/store/sqlite/records.ts';
import type { FlowLogRecord } from '../../../../../edge/telemetry/flow-log.ts';
import { exampleRecord, exampleStart } from '../../../../support/example-records.ts';
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
const records = Array.from({ length: count }, (_, i) => exampleRecord(i));
const found = (filter: RecordFilter): FlowLogRecord[] =>
  store.query({ filter, limit: 10_000, after: null }).records.map(({ record }) => record);
const newestFirst = (matches: (record: FlowLogRecord) => boolean): FlowLogRecord[] =>
  records.filter(matches).toReversed();

test('a record comes back as it was written, and only the owner may read the file', () => {
  store.add(records.slice(0, 1));
  expect(found({})).toEqual(records.slice(0, 1));
  expect(statSync(join(group.folder, 'records.db')).mode & 0o777).toBe(0o600);
});

describe('a filter finds what plain reading of every record finds:', () => {
  const one = exampleRecord(1234);
  const trace = one.traceparent?.slice(3, 35) ?? '';
  const [from, to] = [exampleStart + 500, exampleStart + 700];
  const cases: readonly [string, RecordFilter, (record: FlowLogRecord) => boolean][] = [
    ['none', {}, () => true],
    ['from, included', { from }, (r) => Date.parse(r.endedAt) >= from],
    ['to, not included', { to }, (r) => Date.parse(r.endedAt) < to],
    ['a range', { from, to }, (r) => Date.parse(r.endedAt) >= from && Date.parse(r.endedAt) < to],
    ['device by name', { deviceName: one.device.name ?? '' }, (r) => r.device.name === one.device.name],
    [
      'device by thumbprint',
      { thumbprint: one.device.thumbprint },
      (r) => r.device.thumbprint === one.device.thumbprint,
    ],
    [
      'host, whatever its case and port',
      { host: 'LOGIN-7.contoso.test:443' },
      (r) => r.authority === 'login-7.contoso.test:443',
    ],
    ['blocked', { action: 'block' }, (r) => r.result === 'refused'],
    ['allowed', { action: 'allow' }, (r) => r.result !== 'refused'],
    ['class', { class: 'forwarded' }, (r) => r.class === 'forwarded'],
    ['reason', { reason: 'destination-not-allowed' }, (r) => r.reason === 'destination-not-allowed'],
    ['a whole trace id', { trace }, (r) => r.traceparent === one.traceparent],
    [
      'the beginning of one',
      { trace: trace.slice(0, 8) },
      (r) => r.traceparent?.slice(3, 11) === trace.slice(0, 8),
    ],
    ['the address of a peer', { address: one.peerAddress }, (r) => addresses(r).includes(one.peerAddress)],
    ['an attested address', { address: '198.51.100.5' }, (r) => addresses(r).includes('198.51.100.5')],
    ['what nobody has', { address: '2001:db8::1' }, () => false],
    [
      'several, all of which must hold',
      { address: one.peerAddress, class: 'opaque', action: 'allow', trace: '', from },
      (r) =>
        addresses(r).includes(one.peerAddress) &&
        r.class === 'opaque' &&
        r.result !== 'refused' &&
        Date.parse(r.endedAt) >= from,
    ],
    ['text that would be SQL', { host: "x' OR '1'='1", deviceName: '"; DROP TABLE flows; --' }, () => false],
  ];
  test.each(cases)('%s', (_, filter, matches) => {
    store.add(records);
    expect(found(filter)).toEqual(newestFirst(matches));
  });
});

test('pages follow each other without a gap or a repetition while records are added', () => {
  store.add(records.slice(0, 1000));
  const seen: FlowLogRecord[] = [];
  let after: string | null = null;
  for (let i = 1000; ; i += 1) {
    const page = store.query({ filter: { class: 'opaque' }, limit: 37, after });
    seen.push(...page.records.map(({ record }) => record));
    store.add([exampleRecord(i, { class: 'opaque' })]);
    if (page.next === null) break;
    after = page.next;
  }
  expect(seen).toEqual(
    records
      .slice(0, 1000)
      .filter((r) => r.class === 'opaque')
      .toReversed(),
  );
  expect(() => store.query({ filter: {}, limit: 1, after: 'page 2' })).toThrow(/after: is no place/);
});

test('a clock that is set back changes nothing about the order of records', () => {
  const late = exampleRecord(2000);
  const early = exampleRecord(1);
  store.add([late, early]);
  expect(found({})).toEqual([early, late]);
});

test('all of a batch is kept, or none of it', () => {
  const broken = {
    ...exampleRecord(1),
    device: { thumbprint: null, name: null },
  } as unknown as FlowLogRecord;
  expect(() => store.add([exampleRecord(0), broken])).toThrow();
  expect(found({})).toEqual([]);
  store.add([exampleRecord(0)]);
  expect(found({ deviceName: exampleRecord(0).device.name ?? '' })).toHaveLength(1);
});

describe('old records are forgotten', () => {
  const all = { before: Infinity, maxBytes: Infinity, limit: 1000 };

  test('by their age, so many at a time, with everything that finds them', () => {
    store.add(records);
    const bounds = { ...all, before: exampleStart + 1501 };
    expect([store.prune(bounds), store.prune(bounds), store.prune(bounds)]).toEqual([1000, 500, 0]);
    expect(found({})).toEqual(newestFirst((r) => Date.parse(r.endedAt) >= exampleStart + 1501));
    const { peerAddress } = exampleRecord(1);
    expect(found({ address: peerAddress })).toEqual(
      newestFirst((r) => Date.parse(r.endedAt) >= exampleStart + 1501 && addresses(r).includes(peerAddress)),
    );
  });

  test('and the oldest where the file is too large, whose room later ones use', () => {
    const file = join(group.folder, 'records.db');
    for (let i = 0; i < 3; i += 1) {
      store.add(records);
      while (store.prune({ before: 0, maxBytes: 1_000_000, limit: 500 }) > 0);
    }
    const size = statSync(file).size + statSync(`${file}-wal`).size;
    expect(size).toBeLessThan(32_000_000);
    expect(found({}).length).toBeGreaterThan(100);
    expect(found({})[0]).toEqual(records.at(-1));
  });
});

function addresses(r: FlowLogRecord): (string | null)[] {
  return [r.peerAddress, r.attestedIpv4, r.attestedIpv6, r.statedAddress, r.dialledAddress];
}
