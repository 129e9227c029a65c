import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuthorityFiles, authorityFiles } from '../../../../agent/inspection/authority-files.ts';

const now = new Date();
const dayMs = 24 * 60 * 60 * 1000;
let stateDir: string;
let files: AuthorityFiles;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'opengsa-'));
  files = authorityFiles(stateDir);
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

const at = (name: string) => join(stateDir, 'inspection', name);

test('an authority is made once, kept, and renewed in its last month', async () => {
  const made = await files.ensure(now);
  expect(statSync(at('ca.key')).mode & 0o777).toBe(0o600);
  expect(statSync(at('')).mode & 0o777).toBe(0o700);
  expect(await files.ensure(new Date(now.getTime() + 300 * dayMs))).toBe(made);
  expect(await files.ensure(new Date(now.getTime() + 340 * dayMs))).not.toBe(made);
});

test('a key that others can read is refused with what to do', async () => {
  await files.ensure(now);
  chmodSync(at('ca.key'), 0o640);
  await expect(files.read()).rejects.toThrow('opengsa inspection remove');
  await files.remove();
  expect(existsSync(at(''))).toBe(false);
});

test.each([
  ['the directory made', [] as string[]],
  ['a part of the key written', ['ca.key.new']],
  ['the key written', ['ca.key']],
  ['a part of the certificate written', ['ca.key', 'ca.crt.new']],
])('after a crash with %s, install completes and remove leaves nothing', async (_where, left) => {
  const crash = () => {
    mkdirSync(at(''), { mode: 0o700 });
    for (const name of left) writeFileSync(at(name), 'half', { mode: 0o600 });
  };
  crash();
  expect(await files.read()).toBeNull();
  await files.ensure(now);
  expect(await files.read()).not.toBeNull();
  await files.remove();
  crash();
  await files.remove();
  expect(readdirSync(stateDir)).toEqual([]);
});
