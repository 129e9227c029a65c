// Files for their owner alone: what stands in the way stays or is replaced whole, and nothing half-written is left.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPrivateFile, replacePrivateFile } from '../../../agent/private-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
  path = join(folder, 'file');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (file: string): number => statSync(file).mode & 0o777;

test('one is made where nothing is, for its owner alone', async () => {
  await createPrivateFile(path, 'mine');
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['mine', 0o600]);
  await expect(createPrivateFile(path, 'again')).rejects.toMatchObject({ code: 'already-exists' });
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

test('one that others may read is replaced, not opened to them', async () => {
  writeFileSync(path, 'older', { mode: 0o644 });
  const { ino } = statSync(path);
  await replacePrivateFile(path, 'newer');
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['newer', 0o600]);
  // Whoever holds the older file open sees nothing of the newer.
  expect(statSync(path).ino).not.toBe(ino);
});

test('a link is replaced, and what it leads to is left alone', async () => {
  const other = join(folder, 'other');
  writeFileSync(other, 'of somebody');
  symlinkSync(other, path);
  await replacePrivateFile(path, 'mine');
  expect([readFileSync(path, 'utf8'), readFileSync(other, 'utf8')]).toEqual(['mine', 'of somebody']);
});

test('where it cannot be, nothing is left beside it', async () => {
  mkdirSync(path);
  await expect(replacePrivateFile(path, 'mine')).rejects.toThrow(`${path}: cannot be written`);
  expect(readdirSync(folder)).toEqual(['file']);
});
