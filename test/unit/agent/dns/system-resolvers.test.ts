// Changes of the machine's nameservers, made in every way in which programs make them.
import { link, mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../../../agent/clock.ts';
import { formatNameserver } from '../../../../agent/core/resolver-config.ts';
import { type SystemResolvers, watchSystemResolvers } from '../../../../agent/dns/system-resolvers.ts';

let folder: string;
let etc: string;
let run: string;
let resolvers: SystemResolvers | null = null;
const onFault = vi.fn();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opengsa-'));
  etc = join(folder, 'etc');
  run = join(folder, 'run/systemd/resolve');
  await mkdir(etc);
  onFault.mockReset();
});
afterEach(async () => {
  resolvers?.stop();
  expect(onFault).not.toHaveBeenCalled();
  await rm(folder, { recursive: true, force: true });
});

async function start(onChange: () => void = () => undefined): Promise<SystemResolvers> {
  const paths = { resolvConf: join(etc, 'resolv.conf'), resolved: join(run, 'resolv.conf') };
  resolvers = await watchSystemResolvers({ clock: systemClock, onChange, onFault, paths });
  return resolvers;
}

const names = (): string =>
  (resolvers?.current() ?? []).map(({ nameserver }) => formatNameserver(nameserver)).join(' ');
const become = (expected: string) => vi.waitFor(() => expect(names()).toBe(expected), { timeout: 5000 });
const write = (path: string, ...servers: string[]) =>
  writeFile(path, servers.map((server) => `nameserver ${server}\n`).join(''));

it('a file that is written again', async () => {
  await write(join(etc, 'resolv.conf'), '192.0.2.1');
  const onChange = vi.fn();
  await start(onChange);
  expect(names()).toBe('192.0.2.1');
  await write(join(etc, 'resolv.conf'), '192.0.2.2', '2001:db8::53');
  await become('192.0.2.2 2001:db8::53');
  // At the start, and at the change.
  expect(onChange).toHaveBeenCalledTimes(2);
});

it('a file that another one is moved over, twice', async () => {
  await write(join(etc, 'resolv.conf'), '192.0.2.1');
  await start();
  for (const server of ['192.0.2.2', '192.0.2.3']) {
    await write(join(etc, 'new'), server);
    await rename(join(etc, 'new'), join(etc, 'resolv.conf'));
    await become(server);
  }
});

it('a file that is written by another name of it, as behind the bind mount of a container', async () => {
  await write(join(folder, 'outside'), '192.0.2.1');
  await link(join(folder, 'outside'), join(etc, 'resolv.conf'));
  await start();
  for (const server of ['192.0.2.2', '192.0.2.3']) {
    await write(join(folder, 'outside'), server);
    await become(server);
  }
});

it('a file that goes and comes', async () => {
  await write(join(etc, 'resolv.conf'), '192.0.2.1');
  await start();
  await unlink(join(etc, 'resolv.conf'));
  await become('127.0.0.1');
  await write(join(etc, 'resolv.conf'), '192.0.2.2');
  await become('192.0.2.2');
});

it('a link that is turned, and the file behind it', async () => {
  await mkdir(run, { recursive: true });
  await write(join(run, 'stub-resolv.conf'), '127.0.0.53');
  await write(join(run, 'resolv.conf'), '192.0.2.1');
  await symlink('../run/systemd/resolve/stub-resolv.conf', join(etc, 'resolv.conf'));
  await start();
  expect(names()).toBe('127.0.0.53 192.0.2.1');
  await write(join(run, 'resolv.conf'), '192.0.2.2');
  await become('127.0.0.53 192.0.2.2');
  await mkdir(join(folder, 'other'));
  await write(join(folder, 'other/resolv.conf'), '192.0.2.8');
  await symlink('../other/resolv.conf', join(etc, 'new'));
  await rename(join(etc, 'new'), join(etc, 'resolv.conf'));
  await become('192.0.2.8 192.0.2.2');
  await write(join(folder, 'other/resolv.conf'), '192.0.2.9');
  await become('192.0.2.9 192.0.2.2');
});

it('resolved that starts, stops and starts, with its folder', async () => {
  await write(join(etc, 'resolv.conf'), '127.0.0.53');
  await start();
  expect(names()).toBe('127.0.0.53');
  for (const server of ['192.0.2.1', '192.0.2.2']) {
    await mkdir(run, { recursive: true });
    await write(join(run, 'resolv.conf'), server);
    await become(`127.0.0.53 ${server}`);
    await rm(join(folder, 'run'), { recursive: true });
    await become('127.0.0.53');
  }
});

it('a change that changes nothing is not told, and neither is anything after the end', async () => {
  await write(join(etc, 'resolv.conf'), '192.0.2.1');
  const onChange = vi.fn();
  const { look, stop } = await start(onChange);
  await writeFile(join(etc, 'resolv.conf'), '# by hand\nnameserver 192.0.2.1\n');
  await look();
  expect(onChange).toHaveBeenCalledOnce();
  stop();
  await write(join(etc, 'resolv.conf'), '192.0.2.2');
  await look();
  expect(onChange).toHaveBeenCalledOnce();
});

it('links that lead in a circle name nobody', async () => {
  await symlink('resolv.conf', join(etc, 'resolv.conf'));
  await start();
  expect(onFault).toHaveBeenCalled();
  onFault.mockReset();
  await unlink(join(etc, 'resolv.conf'));
  await write(join(etc, 'resolv.conf'), '192.0.2.1');
  await become('192.0.2.1');
});
