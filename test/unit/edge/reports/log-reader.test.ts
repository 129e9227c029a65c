// The reader of logs: in a thread of its own, beside whoever writes, bounded, and honest about what it cannot read.
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogReader, type LogReader, mostQuestions } from '../../../../edge/reports/log-reader.ts';
import { openRecordStore } from '../../../../edge/store/sqlite/records.ts';
import { exampleConnection, exampleRecord } from '../../../support/example-records.ts';
import { logQuery } from '../../../support/log-query.ts';
import { createProgramGroup, type ProgramGroup } from '../../../support/processes.ts';

let group: ProgramGroup;
let file: string;
let reader: LogReader;
beforeEach(() => {
  group = createProgramGroup();
  file = join(group.folder, 'records.db');
  reader = createLogReader(file);
});
afterEach(async () => {
  await reader.close();
  await group.end();
});

test('what is written meanwhile is read by the next question', async () => {
  const store = openRecordStore(file);
  store.track([exampleConnection(1)]);
  for (let i = 0; i < 3; i += 1) {
    expect((await reader.find('traffic', logQuery())).value).toHaveLength(i);
    store.add([exampleRecord(i)]);
  }
  expect((await reader.find('connections', logQuery())).value).toMatchObject([{ deviceName: 'laptop-1' }]);
  store.close();
});

test('a question that cannot be answered is its caller’s fault; many at once are too many', async () => {
  await expect(reader.find('traffic', logQuery({ $skiptoken: 'x' }))).rejects.toMatchObject({
    code: 'bad-message',
    message: '$skiptoken: is not one that this collection gave',
  });
  const outcomes = await Promise.allSettled(
    Array.from({ length: mostQuestions + 1 }, () => reader.find('traffic', logQuery())),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(mostQuestions);
  expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'too-busy' } });
});

test('a file that cannot be read is told, and read when it can be; after the end nothing is', async () => {
  mkdirSync(file);
  await expect(reader.find('traffic', logQuery())).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining(`${file}: cannot be searched`) as unknown,
  });
  rmdirSync(file);
  expect((await reader.find('traffic', logQuery())).value).toEqual([]);
  await reader.close();
  await expect(reader.find('traffic', logQuery())).rejects.toThrow(/the edge stops/);
});
