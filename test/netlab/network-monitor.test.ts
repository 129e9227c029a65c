// The network monitor on a real kernel: it speaks of what can change the public address, soon, and of nothing else.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedProgram } from '../support/debian-programs.ts';
import { createNetlab, type Netlab, netlabAddresses, netlabObstacle } from '../support/netlab.ts';
import { pinnedNode, type Program } from '../support/processes.ts';

const obstacle = netlabObstacle();
if (obstacle !== null) process.stdout.write(`network monitor laboratory skipped: ${obstacle}\n`);
const { device, edge } = netlabAddresses;

describe.skipIf(obstacle !== null)('network monitor', () => {
  let lab: Netlab;
  let monitor: Program;
  beforeEach(async () => {
    lab = await createNetlab();
    monitor = lab.start('app', pinnedNode, [join(import.meta.dirname, 'programs/watch-network.ts')]);
    await monitor.line(/^ready$/);
  });
  afterEach(() => lab.end());

  async function ip(...args: readonly string[]): Promise<void> {
    const { code, stderr } = await lab.run('app', installedProgram('ip')!, args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }

  /** Does something and gives the ms until a line like `pattern` is there. */
  async function noticed(pattern: RegExp, act: () => Promise<void>): Promise<number> {
    const startedAt = performance.now();
    await act();
    await monitor.line(pattern);
    return performance.now() - startedAt;
  }

  it('speaks of an added and of a removed address', async () => {
    const add = () => ip('address', 'add', '203.0.113.50/24', 'dev', 'eth0');
    expect(await noticed(/^1: added eth0 203\.0\.113\.50\/24$/, add)).toBeLessThan(3000);
    const remove = () => ip('address', 'delete', '203.0.113.50/24', 'dev', 'eth0');
    expect(await noticed(/^2: removed eth0 203\.0\.113\.50\/24$/, remove)).toBeLessThan(3000);
  });

  it('speaks of another default route although every address stays', async () => {
    const change = () => ip('route', 'replace', 'default', 'via', edge, 'dev', 'eth0', 'onlink');
    expect(await noticed(/^1: ipv4 gateway$/, change)).toBeLessThan(3000);
  });

  it('speaks of a link that goes down', async () => {
    const down = () => ip('link', 'set', 'eth0', 'down');
    const line = new RegExp(`^1: .*removed eth0 ${device.replaceAll('.', '\\.')}/24`);
    expect(await noticed(line, down)).toBeLessThan(3000);
  });

  it('says nothing of an interface that has only link-local addresses', async () => {
    await ip('link', 'add', 'veth9', 'type', 'veth', 'peer', 'name', 'veth8');
    await ip('address', 'add', '169.254.9.9/16', 'dev', 'veth9');
    await ip('link', 'set', 'veth9', 'up');
    await ip('link', 'set', 'veth8', 'up');
    // The next change that counts is the first that is spoken of.
    await noticed(/^1: added eth0 203\.0\.113\.51\/24$/, () =>
      ip('address', 'add', '203.0.113.51/24', 'dev', 'eth0'),
    );
  });
});
