// The file of the agent's starts and ends: what a crash leaves in it, who can read it, and what a fault of it stops.
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lostRuns, mostRuns } from '../../../agent/core/run-history.ts';
import {
  openRunRecord,
  readBootId,
  readRuns,
  type RunRecord,
  runRecordPath,
} from '../../../agent/run-record.ts';
import { manualClock } from '../../support/manual-clock.ts';

let stateDir = '';
let faults: string[] = [];
const clock = manualClock();
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'opengsa-runs-'));
  faults = [];
});
afterEach(() => rm(stateDir, { recursive: true }));

const open = (pid: number): Promise<RunRecord> =>
  openRunRecord({ stateDir, pid, bootId: 'boot-1', clock, onFault: (reason) => faults.push(reason) });

async function start(pid: number): Promise<RunRecord> {
  clock.advance(60_000);
  const record = await open(pid);
  await record.begin();
  return record;
}

describe('the record', () => {
  test('holds an end for an agent that was stopped, and none for one that was killed', async () => {
    const began = clock.now() + 60_000;
    const first = await start(11);
    clock.advance(1_000);
    await first.end();
    await start(12);
    const third = await start(13);
    expect(lostRuns(third.facts())).toMatchObject([
      { run: { pid: 12 }, missedAt: third.facts().now, withMachine: false },
    ]);
    const { runs } = await readRuns(stateDir);
    expect(runs).toEqual(third.facts().runs);
    expect(runs[0]).toEqual({ startedAt: began, endedAt: began + 1_000, pid: 11, bootId: 'boot-1' });
    expect(faults).toEqual([]);
  });

  test('is for its owner only, and nothing half-written is left beside it', async () => {
    await start(11);
    expect((await stat(runRecordPath(stateDir))).mode & 0o777).toBe(0o600);
    expect(await readdir(stateDir)).toEqual(['runs.json']);
  });

  test('says nothing of an agent that did not come to run', async () => {
    const record = await open(11);
    expect(record.facts()).toMatchObject({ runs: [], isRunning: false });
    await record.end();
    expect(await readdir(stateDir)).toEqual([]);
  });

  test('stays small', async () => {
    const run = { startedAt: 1, endedAt: 2, pid: 3, bootId: null };
    const runs = Array.from({ length: mostRuns }, () => run);
    await writeFile(runRecordPath(stateDir), JSON.stringify({ version: 1, runs }));
    await start(11);
    expect((await readRuns(stateDir)).runs).toHaveLength(mostRuns);
  });
});

describe('a record that cannot be used', () => {
  test.each([
    ['no JSON', '{'],
    ['another shape', '{"version":1,"runs":[{"startedAt":"yesterday"}]}'],
    ['a later version', '{"version":2,"runs":[]}'],
  ])('%s: told, replaced by a good one, and not taken for a day without crashes', async (_, text) => {
    await writeFile(runRecordPath(stateDir), text);
    const record = await start(11);
    expect(faults).toEqual([expect.stringContaining('runs.json')]);
    expect(record.facts()).toMatchObject({ fault: faults[0], runs: [{ pid: 11 }], isRunning: true });
    expect(await readRuns(stateDir)).toMatchObject({ fault: null, runs: [{ pid: 11 }] });
  });

  test('cannot be written: the agent goes on, and the fault is told', async () => {
    await mkdir(runRecordPath(stateDir));
    const record = await start(11);
    await record.end();
    expect(faults).toHaveLength(3);
    expect(record.facts().fault).toMatch(/runs\.json/);
  });
});

test('the id of the start of the machine is read, and null where the system has none', async () => {
  const file = join(stateDir, 'boot_id');
  await writeFile(file, '6a2f41a0-0b52-4d6c-93c5-0e5d9d6b1a10\n');
  expect(await readBootId(file)).toBe('6a2f41a0-0b52-4d6c-93c5-0e5d9d6b1a10');
  expect(await readBootId(join(stateDir, 'absent'))).toBeNull();
  if (process.platform === 'linux')
    expect(await readBootId()).toBe((await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim());
});
