// Installs what the tests need and the machine lacks, without starting any service.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DebianProgram,
  debianPrograms,
  installedProgram,
  isRoot,
  unpackedPackages,
} from './debian-programs.ts';

const aptGet = '/usr/bin/apt-get';
const dpkgDeb = '/usr/bin/dpkg-deb';
/** Debian asks this file before it starts a service; exit code 101 forbids it. */
const policyFile = '/usr/sbin/policy-rc.d';

/** Returns one line for each program that is still missing afterwards. */
export function installMissingPrograms(say: (line: string) => void): string[] {
  const wanted = missingPrograms();
  if (wanted.length > 0 && isRoot() && existsSync(aptGet)) {
    const packages = [...new Set(wanted.flatMap((name) => debianPrograms[name].package.split(' ')))];
    say(`installing for the tests: ${packages.join(' ')}`);
    withoutServices(() => install(packages, say));
    for (const name of wanted) {
      const program = debianPrograms[name];
      if ('unpacked' in program) unpack(program.unpacked, say);
    }
  }
  return missingPrograms().map((name) => `${name} is missing (package ${debianPrograms[name].package})`);
}

function missingPrograms(): DebianProgram[] {
  return (Object.keys(debianPrograms) as DebianProgram[]).filter((name) => installedProgram(name) === null);
}

function install(packages: readonly string[], say: (line: string) => void): void {
  const options = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2'];
  const steps = [
    [...options, 'update'],
    [...options, 'install', '--no-install-recommends', ...packages],
  ];
  for (const step of steps) if (!succeeds(aptGet, step, say)) return;
}

/** Its files only: none of its scripts runs, and nothing of the machine changes. */
function unpack(name: string, say: (line: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
  try {
    if (!succeeds(aptGet, ['-q', 'download', name], say, folder)) return;
    const [file] = readdirSync(folder);
    if (file === undefined) return;
    mkdirSync(unpackedPackages, { recursive: true });
    succeeds(dpkgDeb, ['--extract', join(folder, file), join(unpackedPackages, name)], say);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function succeeds(
  command: string,
  args: readonly string[],
  say: (line: string) => void,
  cwd?: string,
): boolean {
  const { status, stderr } = spawnSync(command, args, {
    cwd,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
    timeout: 10 * 60_000,
  });
  if (status !== 0) say(`${command} ${args.at(-1) ?? ''} failed: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  return status === 0;
}

function withoutServices(action: () => void): void {
  // One that an administrator has put there stays in force.
  if (existsSync(policyFile)) {
    action();
    return;
  }
  writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    action();
  } finally {
    rmSync(policyFile, { force: true });
  }
}
