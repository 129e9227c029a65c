// The network monitor on a real kernel: it speaks of what can change the public address, at once, and of nothing else.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedProgram } from '../support/debian-programs.ts';
import { createNetlab, type Netlab, netlabAddresses, netlabObstacle } from '../support/netlab.ts';
import { pinnedNode, type Program } from '../support/processes.ts';

const obstacle = netlabObstacle();
if (obstacle !== null) process.stdout.write(`network monitor laboratory skipped: ${obstacle}\n`);
const { device, edge } = netlabAddresses;
const patience = { timeout: 10_000, interval: 20 };

describe.skipIf(obstacle !== null).each([
  // An event takes some ms; a machine under load is granted more. The safety net alone would need seconds.
  { platform: 'linux', withinMs: 500 },
  { platform: 'win32', withinMs: 3000 },
])('network monitor with the source of $platform', ({ platform, withinMs }) => {
  let lab: Netlab;
  let monitor: Program;
  beforeEach(async () => {
    lab = await createNetlab();
    monitor = startMonitor(lab, platform);
    await monitor.line(/^ready$/);
    if (platform === 'linux') await subscribed(monitor);
  });
  afterEach(() => lab.end());

  /** Does something and gives the ms from its beginning until the monitor spoke of it in a line like `pattern`. */
  async function noticed(pattern: RegExp, act: () => Promise<void>): Promise<number> {
    const startedAt = Date.now();
    await act();
    const line = await monitor.line(pattern);
    const tookMs = Number(/ at (\d+):/.exec(line)?.[1]) - startedAt;
    process.stdout.write(`${platform}: ${pattern.source} after ${tookMs} ms\n`);
    return tookMs;
  }

  it('speaks of an added and of a removed address', async () => {
    const add = () => ip(lab, 'address', 'add', '203.0.113.50/24', 'dev', 'eth0');
    expect(await noticed(/^1 at \d+: added eth0 203\.0\.113\.50\/24$/, add)).toBeLessThan(withinMs);
    const remove = () => ip(lab, 'address', 'delete', '203.0.113.50/24', 'dev', 'eth0');
    expect(await noticed(/^2 at \d+: removed eth0 203\.0\.113\.50\/24$/, remove)).toBeLessThan(withinMs);
  });

  it('speaks of a link that goes down', async () => {
    const down = () => ip(lab, 'link', 'set', 'eth0', 'down');
    const line = new RegExp(`^1 at \\d+: .*removed eth0 ${device.replaceAll('.', '\\.')}/24`);
    expect(await noticed(line, down)).toBeLessThan(withinMs);
  });

  it('says nothing of an interface that has only link-local addresses', async () => {
    await ip(lab, 'link', 'add', 'veth9', 'type', 'veth', 'peer', 'name', 'veth8');
    await ip(lab, 'address', 'add', '169.254.9.9/16', 'dev', 'veth9');
    await ip(lab, 'link', 'set', 'veth9', 'up');
    await ip(lab, 'link', 'set', 'veth8', 'up');
    // The next change that counts is the first that is spoken of.
    const add = () => ip(lab, 'address', 'add', '203.0.113.51/24', 'dev', 'eth0');
    await noticed(/^1 at \d+: added eth0 203\.0\.113\.51\/24$/, add);
  });

  it('speaks when the process has stood still, as in a sleep', async () => {
    monitor.signal('SIGSTOP');
    await passes(12_000);
    monitor.signal('SIGCONT');
    expect(await monitor.line(/^1 at /)).toMatch(/woke after 1\d s$/);
  });
});

describe.skipIf(obstacle !== null)('changes told by the kernel', () => {
  let lab: Netlab;
  let monitor: Program;
  beforeEach(async () => {
    lab = await createNetlab();
    monitor = startMonitor(lab, 'linux');
    await monitor.line(/^ready$/);
    await subscribed(monitor);
  });
  afterEach(() => lab.end());

  it('include another default route of each family although every address stays', async () => {
    const began = Date.now();
    await ip(lab, 'route', 'replace', 'default', 'via', edge, 'dev', 'eth0', 'onlink');
    const line = await monitor.line(/^1 at \d+: ipv4 gateway$/);
    expect(Number(/ at (\d+):/.exec(line)?.[1]) - began).toBeLessThan(500);
    await ip(lab, '-6', 'route', 'add', 'default', 'dev', 'eth0', 'metric', '5');
    await monitor.line(/^2 at \d+: ipv6 gateway$/);
  });

  it('are heard again after the program that hears them was killed, and nothing is left of it', async () => {
    const first = monitorChild(monitor);
    process.kill(first, 'SIGKILL');
    await monitor.line(/^fault: .* ended \(SIGKILL\)$/);
    await expect.poll(() => childrenOf(monitor.pid).length, patience).toBe(1);
    const second = monitorChild(monitor);
    expect(second).not.toBe(first);
    await subscribed(monitor);
    await ip(lab, 'address', 'add', '203.0.113.52/24', 'dev', 'eth0');
    await monitor.line(/^1 at \d+: added eth0 203\.0\.113\.52\/24$/);
    expect(childrenOf(monitor.pid)).toEqual([second]);
  });

  it('are looked for while a program that is stuck hears none', async () => {
    process.kill(monitorChild(monitor), 'SIGSTOP');
    // The look that belongs to the program's start is over then.
    await passes(1000);
    const began = Date.now();
    await ip(lab, 'address', 'add', '203.0.113.53/24', 'dev', 'eth0');
    await monitor.line(/^1 at \d+: added eth0 203\.0\.113\.53\/24$/);
    expect(Date.now() - began).toBeLessThan(20_000);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('leave no process behind after %s', async (signal) => {
    const child = monitorChild(monitor);
    monitor.signal(signal);
    await monitor.ended;
    await expect.poll(() => isRunning(child), patience).toBe(false);
  });

  it('cost next to nothing while nothing changes', async () => {
    const before = cpuTicks(monitor.pid) + cpuTicks(monitorChild(monitor));
    await passes(10_000);
    const usedMs = (cpuTicks(monitor.pid) + cpuTicks(monitorChild(monitor)) - before) * 10;
    process.stdout.write(`idle monitor: ${usedMs} ms of CPU in 10 s\n`);
    expect(usedMs).toBeLessThan(100);
  });
});

function startMonitor(lab: Netlab, platform: string): Program {
  const program = join(import.meta.dirname, 'programs/watch-network.ts');
  return lab.start('app', pinnedNode, [program, platform]);
}

async function ip(lab: Netlab, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await lab.run('app', installedProgram('ip')!, args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

/** Waits until the child holds its subscription to the kernel's groups (proc_net: /proc/net/netlink). */
async function subscribed(monitor: Program): Promise<void> {
  const groupsOf = (pid: number) =>
    readFileSync(`/proc/${pid}/net/netlink`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, protocol, port]) => protocol === '0' && port === String(pid))
      .map((fields) => fields[3]);
  await expect
    .poll(
      () =>
        childrenOf(monitor.pid)
          .flatMap(groupsOf)
          .some((groups) => groups !== '00000000'),
      patience,
    )
    .toBe(true);
}

function monitorChild(monitor: Program): number {
  const [child] = childrenOf(monitor.pid);
  if (child === undefined) throw new Error('the monitor has no child');
  return child;
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((id) => Number.isInteger(id) && statOf(id)[1] === String(pid));
}

/** The fields after the name in /proc/PID/stat; empty where there is no such process. */
function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  return statOf(pid).length > 0 && statOf(pid)[0] !== 'Z';
}

/** For what is about time itself: a sleep, and idling. */
function passes(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Of 10 ms each. */
function cpuTicks(pid: number): number {
  return Number(statOf(pid)[11]) + Number(statOf(pid)[12]);
}
