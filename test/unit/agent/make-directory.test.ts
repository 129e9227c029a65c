// Directories are made with all that leads to them, and a place that takes none is refused at once.
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDirectory } from '../../../agent/make-directory.ts';
import { explain } from '../../../protocol/error.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('all that is missing is made for its owner only, and said to be new once', async () => {
  const path = join(folder, 'a/b/c');
  expect(await makeDirectory(path)).toBe(true);
  expect(['a', 'a/b', 'a/b/c'].map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([
    ...[0o700, 0o700, 0o700],
  ]);
  expect(await makeDirectory(path)).toBe(false);
});

test('several at once make it together', async () => {
  const made = await Promise.all([1, 2, 3, 4].map((i) => makeDirectory(join(folder, 'a/b', String(i)))));
  expect(made).toEqual([true, true, true, true]);
});

test('a link to a directory is one', async () => {
  symlinkSync(folder, join(folder, 'link'));
  expect(await makeDirectory(join(folder, 'link'))).toBe(false);
});

test('a file in the way and a link to nowhere are named', async () => {
  writeFileSync(join(folder, 'file'), '');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
  for (const name of ['file', 'file/x', 'link', 'link/x']) {
    const path = join(folder, name);
    const error: unknown = await makeDirectory(path).catch((reason: unknown) => reason);
    expect(error, name).toMatchObject({ code: 'bad-permissions' });
    expect(explain(error)).toMatch(/: no directory can be made there; choose another place: E(EXIST|NOTDIR)/);
  }
});

test.skipIf(process.platform !== 'linux')('a system of files that takes none says so at once', async () => {
  for (const path of ['/proc/x', '/proc/x/y/z']) {
    await expect(makeDirectory(path)).rejects.toThrow(`${path}: no directory can be made there`);
  }
});
