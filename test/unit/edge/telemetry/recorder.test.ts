// The recorder: flows never wait for it, what it took is found, and what it could not keep is counted and told.
import { existsSync, mkdirSync, openSync, rmdirSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openRecordStore } from '../../../../edge/store/sqlite/records.ts';
import { createRecorder, type Recorder } from '../../../../edge/telemetry/recorder.ts';
import { eventually } from '../../../support/eventually.ts';
import { exampleRecord } from '../../../support/example-records.ts';
import { createProgramGroup, type ProgramGroup } from '../../../support/processes.ts';

vi.setConfig({ testTimeout: 30_000 });

let group: ProgramGroup;
let faults: string[];
let open: Recorder[];
beforeEach(() => {
  group = createProgramGroup();
  faults = [];
  open = [];
});
afterEach(async () => {
  for (const recorder of open) await recorder.close();
  await group.end();
});

/** @param retentionDays longer than the age of the example records where none is given */
function recorder(retentionDays = 36_500): Recorder {
  const made = createRecorder({
    file: join(group.folder, 'records.db'),
    retentionDays,
    maxBytes: Infinity,
    onFault: ({ message }) => faults.push(message),
  });
  open.push(made);
  return made;
}

test('records are found shortly after they were written, and after a restart', async () => {
  const first = recorder();
  const before = performance.now();
  for (let i = 0; i < 2000; i += 1) first.write(exampleRecord(i));
  expect(first.lagMs()).toBeLessThanOrEqual(performance.now() - before);
  await eventually(
    async () => (await first.query({ filter: {}, limit: 1, after: null })).records.length,
  ).toBe(1);
  await first.close();
  expect(first.counts()).toEqual({ kept: 2000, dropped: 0 });
  expect(first.lagMs()).toBe(0);
  const page = await recorder().query({ filter: { host: 'nobody.test' }, limit: 10, after: null });
  expect(page).toEqual({ records: [], next: null });
  expect((await open[1]?.query({ filter: {}, limit: 5, after: null }))?.records[0]?.record).toEqual(
    exampleRecord(1999),
  );
  await expect(first.query({ filter: {}, limit: 1, after: null })).rejects.toThrow(/the edge stops/);
  expect(faults).toEqual([]);
});

test('what cannot be kept is counted and told once, and later records are kept when it can be', async () => {
  mkdirSync(join(group.folder, 'records.db'));
  const one = recorder();
  one.write(exampleRecord(0));
  await eventually(() => one.counts()).toEqual({ kept: 0, dropped: 1 });
  one.write(exampleRecord(1));
  await eventually(() => one.counts()).toEqual({ kept: 0, dropped: 2 });
  expect(faults).toEqual([
    expect.stringMatching(/records\.db: flow records are not kept: .*cannot be opened/),
  ]);
  rmdirSync(join(group.folder, 'records.db'));
  one.write(exampleRecord(2));
  await eventually(() => one.counts()).toEqual({ kept: 1, dropped: 2 });
});

test('a damaged file makes room for later records, stays for whoever can mend it, and is told of', async () => {
  const file = join(group.folder, 'records.db');
  openRecordStore(file).close();
  // The first page without its head: the tables are not found any more.
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(3000, 0xa5), 0, 3000, 100);
  closeSync(descriptor);
  const one = recorder();
  one.write(exampleRecord(0));
  await eventually(() => one.counts()).toEqual({ kept: 1, dropped: 0 });
  expect(existsSync(`${file}.damaged`)).toBe(true);
  expect(faults).toEqual([expect.stringMatching(/records\.db: is damaged and begun anew: .*\.damaged/)]);
});

test('records older than the retention go by themselves', async () => {
  const file = join(group.folder, 'records.db');
  const store = openRecordStore(file);
  store.add([exampleRecord(0, { endedAt: '2020-01-01T00:00:00.000Z' })]);
  store.add([exampleRecord(1, { endedAt: new Date().toISOString() })]);
  store.close();
  const one = recorder(30);
  await eventually(async () => (await one.query({ filter: {}, limit: 9, after: null })).records.length).toBe(
    1,
  );
});
