// The access log: whole lines in order, rotation, and faults that never reach the data plane.
import {
  chmodSync,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openAccessLog } from '../../../../edge/telemetry/access-log.ts';
import { createProgramGroup, type ProgramGroup } from '../../../support/processes.ts';

let group: ProgramGroup;
let faults: unknown[];
let file: string;
beforeEach(() => {
  group = createProgramGroup();
  faults = [];
  file = join(group.folder, 'flows.jsonl');
});
afterEach(() => group.end());

const open = () => openAccessLog(file, (error) => faults.push(error));
const lines = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

test('records stand in order, one per line, in a file for the owner only', async () => {
  const log = open();
  const records = Array.from({ length: 500 }, (_, id) => ({ id, text: 'line\nbreak' }));
  for (const record of records) log.write(record);
  await log.close();
  expect(lines(file)).toEqual(records);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('an existing log is continued', async () => {
  const first = open();
  first.write({ id: 1 });
  await first.close();
  const second = open();
  second.write({ id: 2 });
  await second.close();
  expect(lines(file)).toEqual([{ id: 1 }, { id: 2 }]);
});

test('after the file was moved away, reopening starts a fresh one and loses nothing', async () => {
  const log = open();
  log.write({ id: 1 });
  renameSync(file, `${file}.1`);
  log.write({ id: 2 });
  log.reopen();
  log.write({ id: 3 });
  await log.close();
  const all = [...lines(`${file}.1`), ...lines(file)];
  expect(all).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  expect(lines(file)).toContainEqual({ id: 3 });
  expect(faults).toEqual([]);
});

test('where reopening fails, the former file goes on and the fault is told', async () => {
  const log = open();
  renameSync(file, `${file}.1`);
  symlinkSync('/nowhere', file);
  log.reopen();
  log.write({ id: 1 });
  await log.close();
  expect(lines(`${file}.1`)).toEqual([{ id: 1 }]);
  expect(faults).toHaveLength(1);
});

test.skipIf(!existsSync('/dev/full'))('a full disk is told once per series and never thrown', async () => {
  // /dev/full takes an open and refuses each write.
  const log = openAccessLog('/dev/full', (error) => faults.push(error));
  for (let id = 0; id < 5; id++) log.write({ id });
  await log.close();
  expect(faults).toHaveLength(1);
  expect(String(faults[0])).toMatch(/ENOSPC/);
});

test('what waits for a slow disk is bounded, and the gap is on record', async () => {
  const log = open();
  const text = 'x'.repeat(1024 * 1024);
  for (let id = 0; id < 40; id++) log.write({ id, text });
  await log.close();
  const written = lines(file) as { id?: number; dropped?: number }[];
  const gap = written.find(({ dropped }) => dropped !== undefined);
  expect(gap?.dropped).toBeGreaterThan(0);
  expect(written.length - 1 + (gap?.dropped ?? 0)).toBe(40);
  expect(String(faults[0])).toMatch(/records are missing/);
});

describe('refused at the start', () => {
  test('a file that others may read', () => {
    writeFileSync(file, '');
    chmodSync(file, 0o644);
    expect(open).toThrow(`run: chmod 600 ${file}`);
  });

  test('a symbolic link', () => {
    writeFileSync(join(group.folder, 'target'), '', { mode: 0o600 });
    symlinkSync(join(group.folder, 'target'), file);
    expect(open).toThrow(/cannot be opened/);
  });

  test('a folder that does not exist', () => {
    file = join(group.folder, 'none', 'flows.jsonl');
    expect(open).toThrow(/cannot be opened/);
  });
});
