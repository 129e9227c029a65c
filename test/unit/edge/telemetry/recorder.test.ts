// The recorder: flows never wait for it, what it took is found, and what it could not keep is counted and told.
import { existsSync, mkdirSync, openSync, rmdirSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogName } from '../../../../edge/store/record-store.ts';
import { openRecordStore } from '../../../../edge/store/sqlite/records.ts';
import { createRecorder, type Recorder } from '../../../../edge/telemetry/recorder.ts';
import { eventually } from '../../../support/eventually.ts';
import { exampleConnection, exampleRecord } from '../../../support/example-records.ts';
import { logQuery } from '../../../support/log-query.ts';
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
  first.track(exampleConnection(1));
  await eventually(() => first.counts().kept).toBe(2000);
  await first.close();
  expect(first.counts()).toEqual({ kept: 2000, dropped: 0 });
  expect(first.lagMs()).toBe(0);
  const second = recorder();
  second.write(exampleRecord(2000));
  await second.close();
  expect(kept('traffic', { $top: '2' })).toMatchObject([
    { endDateTime: exampleRecord(2000).endedAt },
    { endDateTime: exampleRecord(1999).endedAt },
  ]);
  // Nobody saw it end.
  expect(kept('connections')).toMatchObject([{ id: 'connection-1', status: 'closed', endDateTime: null }]);
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
  recorder(30);
  await eventually(() => kept('traffic').length).toBe(1);
});

/** What is in the file, whoever writes it. */
function kept(log: LogName, options: Readonly<Record<string, string>> = {}): readonly object[] {
  const reading = openRecordStore(join(group.folder, 'records.db'));
  try {
    return reading.find(log, logQuery(options)).value;
  } finally {
    reading.close();
  }
}
