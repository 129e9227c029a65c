// Proxy variables in files, read by real shells, and taken out so that every other byte is as it was.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEnvironmentFiles } from '../../../../agent/session/environment-file.ts';
import type { SystemProxy } from '../../../../agent/session/system-proxy.ts';
import { createProgramGroup, type ProgramGroup } from '../../../support/processes.ts';

const target = { pacUrl: '', httpProxy: '127.0.0.1:8088', marks: [] };
const generator = '/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator';

let group: ProgramGroup;
let proxy: SystemProxy;
let environment: Record<string, string>;
beforeEach(() => {
  group = createProgramGroup();
  environment = { XDG_CONFIG_HOME: join(group.folder, 'config') };
  proxy = createEnvironmentFiles(group.folder, environment);
});
afterEach(() => group.end());

const at = (name: string) => join(group.folder, name);
const set = async () => proxy.write(proxy.wish(target, await proxy.read()).entries);
const unset = async () => {
  const { entries } = proxy.wish(target, await proxy.read());
  await proxy.write(Object.fromEntries(Object.keys(entries).map((key) => [key, null])));
};
const variablesOf = async (shell: string) => {
  const { stdout } = await group.run(
    shell,
    ['-l', '-c', 'echo "$https_proxy|$HTTPS_PROXY|$no_proxy|$SEEN"'],
    {
      env: { no_proxy: 'a.test' },
    },
  );
  return stdout.trim();
};

test.each(['/bin/bash', '/bin/dash'])(
  'a login shell has them, and the person’s own lines: %s',
  async (shell) => {
    writeFileSync(at('.profile'), 'export SEEN=yes');
    await set();
    expect(await variablesOf(shell)).toBe('http://127.0.0.1:8088|http://127.0.0.1:8088|a.test|yes');
    await unset();
    expect(await variablesOf(shell)).toBe('||a.test|yes');
    expect(readFileSync(at('.profile'), 'utf8')).toBe('export SEEN=yes');
  },
);

test('every profile that exists gets them; where none does, one is made and taken away', async () => {
  await set();
  expect(existsSync(at('.profile'))).toBe(true);
  await unset();
  expect(existsSync(at('.profile'))).toBe(false);
  writeFileSync(at('.bash_profile'), Buffer.from([0x23, 0xff, 0xfe, 0x0a]));
  await set();
  expect(existsSync(at('.profile'))).toBe(false);
  expect(await variablesOf('/bin/bash')).toMatch(/^http:/);
  await unset();
  expect(readFileSync(at('.bash_profile'))).toEqual(Buffer.from([0x23, 0xff, 0xfe, 0x0a]));
});

test.skipIf(!existsSync(generator))('systemd reads environment.d as it is meant', async () => {
  await set();
  const { stdout } = await group.run(generator, [], { env: environment });
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining(['https_proxy=http://127.0.0.1:8088', 'no_proxy=localhost,127.0.0.1,::1']),
  );
  await unset();
  expect(existsSync(at('config/environment.d/60-opengsa.conf'))).toBe(false);
});

test('rights and links of a file stay', async () => {
  mkdirSync(at('dotfiles'));
  writeFileSync(at('dotfiles/profile'), 'umask 022\n');
  chmodSync(at('dotfiles/profile'), 0o640);
  symlinkSync('dotfiles/profile', at('.profile'));
  await set();
  expect(lstatSync(at('.profile')).isSymbolicLink()).toBe(true);
  expect(statSync(at('.profile')).mode & 0o777).toBe(0o640);
  await unset();
  expect(readFileSync(at('dotfiles/profile'), 'utf8')).toBe('umask 022\n');
});

test('a variable by another hand cannot stand behind ours, and is named; our own can', () => {
  const meaning = (given: Record<string, string>) => {
    const files = createEnvironmentFiles(group.folder, { ...environment, ...given });
    return files.read().then(files.meaning);
  };
  const url = 'http://127.0.0.1:8088';
  return Promise.all([
    expect(meaning({ https_proxy: 'http://proxy.contoso.test:3128' })).resolves.toMatchObject({
      kind: 'unsupported',
      what: /https_proxy is set by something else/,
    }),
    expect(meaning({ https_proxy: url, HTTPS_PROXY: url, OPENGSA_PROXY: url })).resolves.toEqual({
      kind: 'direct',
    }),
  ]);
});

test('a file that cannot be written is named', async () => {
  mkdirSync(at('.profile'));
  await expect(proxy.read()).rejects.toThrow(/\.profile cannot be read/);
});
