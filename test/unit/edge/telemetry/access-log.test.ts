// The access log: whole lines in order, rotation, and faults that never reach the data plane.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { text as textOfStream } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openAccessLog } from '../../../../edge/telemetry/access-log.ts';
import { createProgramGroup, pinnedNode, type ProgramGroup } from '../../../support/processes.ts';

const accessLogFile = resolve(import.meta.dirname, '../../../../edge/telemetry/access-log.ts');

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

test('after the end nothing is written, wherever the descriptor leads by then', async () => {
  const log = open();
  await log.close();
  const other = openSync(join(group.folder, 'other'), 'w');
  log.write({ id: 1 });
  log.reopen();
  await log.close();
  closeSync(other);
  expect(readFileSync(join(group.folder, 'other'), 'utf8')).toBe('');
  expect(lines(file)).toEqual([]);
  expect(faults).toEqual([]);
});

/** A program that writes `count` records of some 200 bytes to `target`, then does `after`; `fault` is the first one. */
function startWriter(target: string, count: number, after: string, runner: readonly string[] = []) {
  const script = join(group.folder, 'writer.ts');
  writeFileSync(
    script,
    `import { openAccessLog } from ${JSON.stringify(accessLogFile)};
    import { rmSync } from 'node:fs';
    process.stdout.writable;
    const { promise: fault, resolve: tell } = Promise.withResolvers();
    const log = openAccessLog(${JSON.stringify(target)}, (error) => { process.stderr.write(error.message + '\\n'); tell(); });
    for (let id = 0; id < ${count}; id++) log.write({ id, text: 'x'.repeat(180) });
    process.stderr.write('all given\\n');
    ${after}
    await log.close();`,
  );
  const [command, ...words] = [...runner, pinnedNode, script];
  return spawn(command, words, { cwd: group.folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

test('a slow reader of standard output gets every record whole', async () => {
  const count = 20_000;
  const writer = startWriter('-', count, '');
  let complaints = '';
  writer.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  await vi.waitFor(() => expect(complaints).toContain('all given'), { timeout: 10_000 });
  const text = await textOfStream(writer.stdout);
  expect(complaints).toBe('all given\n');
  const ids = text.trimEnd().split('\n');
  expect(ids.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([...Array(count).keys()]);
});

const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
test.skipIf(!canMount)('a disk that fills up costs whole records, which are counted', async () => {
  const mount = join(group.folder, 'small');
  mkdirSync(mount);
  const target = join(mount, 'flows.jsonl');
  // 64 KiB for 100 KB of records beside ballast that goes away later.
  const setUp = `mount -t tmpfs -o size=64k none ${mount} && head -c 20000 /dev/zero > ${mount}/ballast && exec "$@"`;
  const after = `await fault;
    rmSync(${JSON.stringify(join(mount, 'ballast'))});
    log.write({ id: 'later' });
    await log.close();
    process.stdout.write(await (await import('node:fs/promises')).readFile(${JSON.stringify(target)}, 'utf8'));`;
  const writer = startWriter(target, 500, after, ['unshare', '-rm', '/bin/sh', '-c', setUp, 'sh']);
  const written = (await textOfStream(writer.stdout)).trimEnd().split('\n');
  const records = written.flatMap((line) => {
    try {
      return [JSON.parse(line) as { id?: number | string; dropped?: number }];
    } catch {
      return [];
    }
  });
  const gap = records.find(({ dropped }) => dropped !== undefined)?.dropped ?? 0;
  expect(written.length - records.length).toBe(1);
  expect(records.at(-2)?.id).toBe('later');
  expect(records.length - 2 + gap).toBe(500);
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
