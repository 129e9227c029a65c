// How the link gets into the browser: a file of the person's own, and the system's opener by its absolute path.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openerFor, writeLaunchFile } from '../../../../agent/browser/launch.ts';

test('only the person can read the file, and it goes with its folder', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'opengsa-launch-'));
  try {
    const file = await writeLaunchFile(directory, 'http://127.0.0.1:40123/#k=abc');
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file.path)).mode & 0o777).toBe(0o700);
    expect(readFileSync(file.path, 'utf8')).toContain('url=http://127.0.0.1:40123/#k=abc');
    await file.remove();
    expect(existsSync(dirname(file.path))).toBe(false);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test.each([
  ['linux', { DISPLAY: ':0' }, '/usr/bin/xdg-open'],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, '/usr/bin/xdg-open'],
  ['linux', { DISPLAY: '' }, null],
  ['darwin', {}, '/usr/bin/open'],
  ['win32', { SystemRoot: 'D:\\Windows' }, 'D:\\Windows\\explorer.exe'],
] as const)('%s %j: %s', (platform, environment, opener) => {
  expect(openerFor(platform, environment)).toBe(opener);
});
