// Where the earlier setting is kept: private, whole, and without leftovers.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SavedProxy } from '../../../../agent/core/saved-proxy.ts';
import { savedFile } from '../../../../agent/session/saved-file.ts';

const saved: SavedProxy = {
  version: 1,
  system: 'gnome',
  savedAt: 1,
  original: { mode: 'none' },
  own: [{ mode: 'auto' }],
  marks: ['/0123/proxy.pac'],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('is read as it was written, by its owner only, and is gone when it is removed', async () => {
  const file = savedFile(join(folder, 'state'));
  expect(await file.read()).toBeNull();
  await file.write(saved);
  expect(await file.read()).toEqual(saved);
  expect(statSync(file.path).mode & 0o777).toBe(0o600);
  await file.remove();
  expect(await file.read()).toBeNull();
});

test('what a write that was killed has left is taken away, and nothing else', async () => {
  await savedFile(join(folder, 'nowhere')).tidy();
  const file = savedFile(folder);
  await file.write(saved);
  for (const name of ['session-proxy.json.4711.new', 'settings.json.4711.new', 'other']) {
    writeFileSync(join(folder, name), '{');
  }
  await file.tidy();
  expect(readdirSync(folder).sort()).toEqual(['other', 'session-proxy.json', 'settings.json.4711.new']);
});

test.each(['{', '[]', '{"version":1}'])('%s is an error that says what to do', async (text) => {
  const file = savedFile(folder);
  writeFileSync(file.path, text);
  await expect(file.read()).rejects.toThrow(/cannot be restored; set the proxy .* then remove the file/);
});
