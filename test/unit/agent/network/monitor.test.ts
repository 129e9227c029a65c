// When the monitor speaks and how it numbers generations.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../agent/clock.ts';
import type { NetworkState } from '../../../../agent/core/network-change.ts';
import { createNetworkMonitor } from '../../../../agent/network/monitor.ts';
import { networkReader } from '../../../../agent/network/read-network.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const home: NetworkState = {
  addresses: ['eth0 192.0.2.5/24'],
  gateways: { ipv4: 'eth0 via 192.0.2.1', ipv6: null },
};
const cafe: NetworkState = { ...home, addresses: ['wlan0 198.51.100.9/24'] };

async function laboratory() {
  const clock = manualClock();
  const network: { state: NetworkState | Error } = { state: home };
  const changes: number[] = [];
  const monitor = createNetworkMonitor({
    read: () =>
      network.state instanceof Error ? Promise.reject(network.state) : Promise.resolve(network.state),
    clock,
    onChange: (_, generation) => changes.push(generation),
  });
  await monitor.start();
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await new Promise(setImmediate);
  };
  return { clock, network, changes, monitor, pass };
}

describe('network monitor', () => {
  it('is silent while nothing changes', async () => {
    const { changes, monitor, pass } = await laboratory();
    for (let i = 0; i < 5; i++) await pass(1000);
    expect(changes).toEqual([]);
    expect(monitor.generation()).toBe(0);
    expect(monitor.state()).toEqual(home);
  });

  it('speaks once for each change, within a second', async () => {
    const { changes, network, monitor, pass } = await laboratory();
    network.state = cafe;
    await pass(1000);
    expect(changes).toEqual([1]);
    await pass(1000);
    network.state = home;
    await pass(1000);
    expect(changes).toEqual([1, 2]);
    expect(monitor.generation()).toBe(2);
  });

  it('speaks after a suspend and when the clock is set', async () => {
    const { changes, clock, pass } = await laboratory();
    clock.jump(600_000);
    await pass(1000);
    clock.jump(-600_000);
    await pass(1000);
    expect(changes).toEqual([1, 2]);
  });

  it('goes on after a look that failed', async () => {
    const { changes, network, pass } = await laboratory();
    network.state = new Error('no such device');
    await pass(1000);
    expect(changes).toEqual([]);
    network.state = cafe;
    await pass(1000);
    expect(changes).toEqual([1]);
  });

  it('looks no more when stopped', async () => {
    const { changes, network, monitor, clock, pass } = await laboratory();
    monitor.stop();
    network.state = cafe;
    await pass(5000);
    expect(changes).toEqual([]);
    expect(clock.pending()).toBe(0);
  });
});

describe('a look at this machine', () => {
  it('lists no loopback address and reads the same twice', async () => {
    const read = networkReader(systemClock);
    const first = await read();
    expect(first.addresses.filter((entry) => / (127\.|::1\/)/.test(entry))).toEqual([]);
    expect(await read()).toEqual(first);
  });
});
