// What the installers would hold: the configuration is checked key by key, packed for real, and the packed agent is started.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createProgramGroup, pinnedNode, type ProgramGroup } from '../support/processes.ts';
import { fuseWire, writePlaceholderElectron } from '../support/placeholder-electron.ts';

const repository = join(import.meta.dirname, '../..');
const text = readFileSync(join(repository, 'electron-builder.yml'), 'utf8');
const require = createRequire(import.meta.url);
const { validateConfiguration } = require('app-builder-lib/out/util/config/config.js') as {
  validateConfiguration: (config: unknown, log: { isEnabled: boolean; add: () => void }) => Promise<void>;
};

/** As electron-builder itself checks it before it does anything. */
const check = (config: unknown): Promise<void> =>
  validateConfiguration(config, { isEnabled: false, add: () => undefined });
const shape = z.looseObject({
  productName: z.string(),
  electronFuses: z.record(z.string(), z.boolean()),
  deb: z.object({ fpm: z.array(z.string()) }),
  rpm: z.object({ fpm: z.array(z.string()) }),
  nsis: z.record(z.string(), z.unknown()),
  extraResources: z.array(
    z.object({ from: z.string(), to: z.string(), filter: z.array(z.string()).optional() }),
  ),
});
const read = () => shape.parse(parse(text));

describe('the configuration', () => {
  test('has keys that electron-builder knows', async () => {
    await expect(check(read())).resolves.toBeUndefined();
  });

  test('with a wrong key is refused', async () => {
    const { nsis, electronFuses, ...rest } = read();
    await expect(check({ ...rest, electronFuses, nsis: { ...nsis, oneclick: false } })).rejects.toThrow(
      'configuration.nsis',
    );
    await expect(
      check({ ...rest, nsis, electronFuses: { ...electronFuses, runAsNod: false } }),
    ).rejects.toThrow('configuration.electronFuses');
  });

  test('states every fuse that electron-builder knows', () => {
    const schema = require('app-builder-lib/scheme.json') as {
      definitions: { FuseOptionsV1: { properties: object } };
    };
    const known = Object.keys(schema.definitions.FuseOptionsV1.properties).sort();
    expect(Object.keys(read().electronFuses).sort()).toEqual(known);
  });

  test('names files for the Linux packages that are there and that go by the folder of the installation', () => {
    const { productName, deb, rpm } = read();
    const pairs = deb.fpm.map((pair) => pair.split('='));
    expect(rpm).toEqual(deb);
    for (const [source = ''] of pairs) expect(existsSync(join(repository, source)), source).toBe(true);
    const [command = ''] = pairs.find(([, target]) => target === '/usr/bin/opengsa') ?? [];
    const own = `/opt/${productName}/resources/opengsa`;
    expect(readFileSync(join(repository, command), 'utf8')).toContain(
      `exec ${own}/node/node ${own}/agent/main.ts "$@"`,
    );
  });

  test('takes along exactly the modules that the agent imports, and what those need', () => {
    const locked = packagesOf('agent', 'protocol').map((name) => name.replace(/^@koromix\/.*/, '@koromix'));
    const { filter = [] } = read().extraResources.find(({ from }) => from === 'node_modules') ?? {};
    expect(filter.map((pattern) => pattern.replace('/**', ''))).toEqual([...new Set(locked)].sort());
  });
});

describe('packed for Linux against a placeholder of Electron', () => {
  let group: ProgramGroup;
  let packed: string;

  beforeAll(async () => {
    group = createProgramGroup();
    const electron = await writePlaceholderElectron(join(group.folder, 'electron'));
    const output = join(group.folder, 'release');
    const { code, stdout, stderr } = await group.run(
      pinnedNode,
      [
        join(repository, 'node_modules/electron-builder/cli.js'),
        ...['--linux', 'dir', `-c.electronDist=${electron}`, `-c.directories.output=${output}`],
      ],
      { cwd: repository },
    );
    expect(code, stdout + stderr).toBe(0);
    packed = join(output, 'linux-unpacked');
  }, 240_000);
  afterAll(() => group.end());

  test('the archive holds what was built and nothing else', () => {
    const files = listPackage(join(packed, 'resources/app.asar'), { isPack: false });
    expect(files.filter((file) => !/^\/(?:package\.json$|dist(?:$|\/))/.test(file))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/dist/main/index.js',
        '/dist/preload/index.cjs',
        '/dist/renderer/index.html',
      ]),
    );
    expect(files.filter((file) => /\.tsx?$|\.map$|test/.test(file))).toEqual([]);
  });

  test('the icons of the tray are real files beside it', () => {
    expect(existsSync(join(packed, 'resources/app.asar.unpacked/dist/tray/windows/on-light.ico'))).toBe(true);
  });

  test('the fuses are as configured', () => {
    const wire = fuseWire(readFileSync(join(packed, 'opengsa-desktop')));
    // runAsNode, cookie encryption, NODE_OPTIONS, --inspect, archive integrity, archive only, snapshot, file: privileges.
    expect(wire.slice(0, 8)).toBe('01001100');
  });

  test('the agent comes along with a Node of its own, and runs', async () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')));
    const own = join(packed, 'resources/opengsa');
    expect(readdirSync(own).sort()).toEqual([
      'agent',
      'assets',
      'dist',
      'node',
      'node_modules',
      'package.json',
      'protocol',
    ]);
    const run = (...words: string[]) =>
      group.run(join(own, 'node/node'), [join(own, 'agent/main.ts'), ...words]);
    expect(await run('--version')).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
    const tested = await run('profile', 'test', '--json', 'login.microsoftonline.com');
    expect(tested).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(tested.stdout)).toMatchObject({ authentication: 'sign-in' });
    expect(existsSync(join(own, 'dist/renderer/index.html'))).toBe(true);
    // What was installed asks the installed service.
    expect((await run('status')).stderr).toContain('/run/opengsa/agent.sock');
  });
});

/** The packages that the files in these folders import, with all that those need in turn, as package-lock.json names them. */
function packagesOf(...folders: string[]): string[] {
  const names = z.record(z.string(), z.string()).default({});
  const lock = z
    .object({
      packages: z.record(z.string(), z.looseObject({ dependencies: names, optionalDependencies: names })),
    })
    .parse(JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')));
  const found = new Set<string>();
  const add = (name: string): void => {
    const entry = lock.packages[`node_modules/${name}`];
    if (entry === undefined || found.has(name)) return;
    found.add(name);
    for (const needed of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) add(needed);
  };
  for (const folder of folders) {
    for (const file of readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const source = readFileSync(join(repository, folder, file), 'utf8');
      for (const [, name = ''] of source.matchAll(
        /(?:from |import\()'((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^']*)?'/g,
      ))
        add(name);
    }
  }
  return [...found];
}
