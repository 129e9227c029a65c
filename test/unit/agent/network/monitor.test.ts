// When the monitor speaks and how it numbers generations.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../agent/clock.ts';
import type { NetworkState } from '../../../../agent/core/network-change.ts';
import { createNetworkMonitor, restMs, safetyLookMs } from '../../../../agent/network/monitor.ts';
import { networkSource } from '../../../../agent/network/network-source.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const home: NetworkState = {
  addresses: ['eth0 192.0.2.5/24'],
  gateways: { ipv4: 'eth0 via 192.0.2.1', ipv6: null },
};
const cafe: NetworkState = { ...home, addresses: ['wlan0 198.51.100.9/24'] };

async function laboratory({ tellsEvents = false } = {}) {
  const clock = manualClock();
  const network: { state: NetworkState | Error } = { state: home };
  const changes: number[] = [];
  const watch = { live: tellsEvents, stopped: false, nudge: (): void => undefined };
  let looks = 0;
  const monitor = createNetworkMonitor({
    source: {
      read: () => {
        looks++;
        return network.state instanceof Error
          ? Promise.reject(network.state)
          : Promise.resolve(network.state);
      },
      watch: (nudge) => {
        watch.nudge = nudge;
        const stop = (): Promise<void> => Promise.resolve(void (watch.stopped = true));
        return { isLive: () => watch.live, stop };
      },
    },
    clock,
    onChange: (_, generation) => changes.push(generation),
  });
  await monitor.start();
  const settled = (): Promise<void> => new Promise(setImmediate);
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settled();
  };
  await pass(restMs);
  return { clock, network, changes, monitor, pass, settled, watch, looks: () => looks };
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
    const { changes, network, monitor, clock, pass, watch } = await laboratory();
    await monitor.stop();
    network.state = cafe;
    watch.nudge();
    await pass(5000);
    expect(changes).toEqual([]);
    expect(clock.pending()).toBe(0);
    expect(watch.stopped).toBe(true);
  });
});

describe('with events', () => {
  it('the first of a burst is acted upon at once, those behind it share one look', async () => {
    const { changes, network, pass, settled, watch, looks } = await laboratory({ tellsEvents: true });
    const before = looks();
    network.state = { ...home, addresses: [] };
    watch.nudge();
    await settled();
    expect(changes).toEqual([1]);
    network.state = cafe;
    for (let i = 0; i < 100; i++) watch.nudge();
    await settled();
    expect(looks()).toBe(before + 1);
    await pass(restMs);
    expect(changes).toEqual([1, 2]);
    expect(looks()).toBe(before + 2);
  });

  it('an event during a look is looked into after it', async () => {
    const { changes, network, pass, watch } = await laboratory({ tellsEvents: true });
    watch.nudge();
    network.state = cafe;
    watch.nudge();
    await pass(restMs);
    await pass(restMs);
    expect(changes).toEqual([1]);
  });

  it('pulses compare clocks only, and a look follows ever so often', async () => {
    const { clock, changes, pass, looks } = await laboratory({ tellsEvents: true });
    const before = looks();
    for (let i = 0; i < 14; i++) await pass(1000);
    expect(looks()).toBe(before);
    await pass(safetyLookMs - 14_000);
    expect(looks()).toBe(before + 1);
    clock.jump(600_000);
    await pass(1000);
    expect(changes).toEqual([1]);
    expect(looks()).toBe(before + 2);
  });

  it('when events cease, each pulse looks', async () => {
    const { changes, network, pass, watch } = await laboratory({ tellsEvents: true });
    watch.live = false;
    network.state = cafe;
    await pass(1000);
    expect(changes).toEqual([1]);
  });

  it('a sleep is known before the next pulse to whoever asks', async () => {
    const { clock, changes, monitor } = await laboratory({ tellsEvents: true });
    monitor.checkClocks();
    expect(changes).toEqual([]);
    clock.jump(60_000);
    monitor.checkClocks();
    expect(changes).toEqual([1]);
  });
});

describe.each(['linux', 'darwin', 'win32'] as const)('the source of %s, read on this machine', (platform) => {
  it('lists no loopback address and reads the same twice', async () => {
    const settings = { clock: systemClock, random: () => 0, onFault: () => undefined };
    const { read } = networkSource(platform, settings);
    const first = await read();
    expect(first.addresses.filter((entry) => / (127\.|::1\/)/.test(entry))).toEqual([]);
    expect(await read()).toEqual(first);
  });
});
