// The flow log as it grows: nothing twice, nothing missing, whatever a rotation does to the file.
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followFlowLog } from '../../../../edge/telemetry/follow-flow-log.ts';
import { eventually } from '../../../support/eventually.ts';
import { exampleRecord } from '../../../support/example-records.ts';

let dir: string;
let file: string;
let seen: string[];
let counts: { dropped: number; unreadable: number };
let stop: AbortController;
let following: Promise<void>;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'opengsa-log-'));
  file = join(dir, 'flows.jsonl');
  [seen, counts] = [[], { dropped: 0, unreadable: 0 }];
});
afterEach(async () => {
  stop.abort();
  await following;
  rmSync(dir, { recursive: true });
});

const line = (name: string): string => `${JSON.stringify(exampleRecord(1, { authority: name }))}\n`;

function follow(limit = 10, wanted = ''): void {
  stop = new AbortController();
  const query = {
    ...{ limit, containing: wanted === '' ? [] : [wanted] },
    matches: ({ authority }: { authority: string }) => authority.includes(wanted),
  };
  following = followFlowLog(file, query, stop.signal, ({ flows, dropped, unreadable }) => {
    seen.push(...flows.map(({ authority }) => authority));
    counts = { dropped: counts.dropped + dropped, unreadable: counts.unreadable + unreadable };
  });
}

test('the last records come first, the oldest of them at the top, then each that is added', async () => {
  writeFileSync(file, line('a') + line('b') + line('c'));
  follow(2);
  expect(seen).toEqual(['b', 'c']);
  appendFileSync(file, line('d'));
  await eventually(() => seen).toEqual(['b', 'c', 'd']);
});

test('a line that was being written at the start is told once, when it is whole', async () => {
  const whole = line('b');
  writeFileSync(file, line('a') + whole.slice(0, 40));
  follow(0);
  appendFileSync(file, whole.slice(40, 80));
  appendFileSync(file, whole.slice(80) + line('c'));
  await eventually(() => seen).toEqual(['b', 'c']);
});

test('filters hold, and what was lost or cannot be read is counted', async () => {
  writeFileSync(file, line('x-1'));
  follow(10, 'x-');
  appendFileSync(
    file,
    `${line('y-1')}{"dropped":3}\nx-what\n${line('x-2')}${'x'.repeat(600_000)}\n${line('x-3')}`,
  );
  await eventually(() => seen).toEqual(['x-1', 'x-2', 'x-3']);
  expect(counts).toEqual({ dropped: 3, unreadable: 2 });
});

test('a file that is moved away is read to its end, and its successor from its beginning', async () => {
  writeFileSync(file, line('a'));
  follow();
  renameSync(file, `${file}.1`);
  appendFileSync(`${file}.1`, line('b'));
  await eventually(() => seen).toEqual(['a', 'b']);
  writeFileSync(file, line('c'));
  appendFileSync(`${file}.1`, line('late'));
  await eventually(() => [...seen].sort()).toEqual(['a', 'b', 'c', 'late']);
  appendFileSync(file, line('d'));
  await eventually(() => seen.at(-1)).toBe('d');
});

test('a file that is emptied in place goes on', async () => {
  writeFileSync(file, line('a') + line('b'));
  follow();
  truncateSync(file);
  appendFileSync(file, line('c'));
  await eventually(() => seen).toEqual(['a', 'b', 'c']);
});

test('more than a block at once comes in order', async () => {
  writeFileSync(file, '');
  follow();
  const names = Array.from({ length: 2000 }, (_, i) => `h${i}`);
  appendFileSync(file, names.map(line).join(''));
  await eventually(() => seen.length).toBe(2000);
  expect(seen).toEqual(names);
});

test('a file that is not there is told at once', async () => {
  follow();
  const told = following;
  following = Promise.resolve();
  await expect(told).rejects.toThrow(/there is no flow log/);
});
