// Watches the machine's network and numbers its generations: each difference that may matter makes a new one.
import type { Clock, Timer } from '../clock.ts';
import { networkDelta, type NetworkDelta, type NetworkState } from '../core/network-change.ts';
import type { ReadNetwork } from './read-network.ts';

export type NetworkMonitorSettings = {
  readonly read: ReadNetwork;
  readonly clock: Clock;
  /** Called with each difference, after `generation()` has grown. */
  readonly onChange: (delta: NetworkDelta, generation: number) => void;
};

export type NetworkMonitor = {
  /** Resolves after the first look, which later ones are compared with. */
  readonly start: () => Promise<void>;
  readonly stop: () => void;
  /** 0 until the first difference. */
  readonly generation: () => number;
  /** The latest look; null before the first. */
  readonly state: () => NetworkState | null;
};

/** Time between two looks, in ms. A look costs some tens of microseconds; nothing stale may be stated for longer. */
const lookIntervalMs = 1000;

type Look = { readonly state: NetworkState; readonly wall: number; readonly monotonic: number };

export function createNetworkMonitor({ read, clock, onChange }: NetworkMonitorSettings): NetworkMonitor {
  let last: Look | null = null;
  let timer: Timer | null = null;
  let started = false;
  let generation = 0;

  const look = async (): Promise<void> => {
    const state = await read().catch(() => last?.state ?? null);
    if (!started) return;
    if (state !== null) compare({ state, wall: clock.now(), monotonic: clock.monotonic() });
    timer = clock.setTimer(() => void look(), lookIntervalMs);
  };

  const compare = (current: Look): void => {
    const before = last;
    last = current;
    if (before === null) return;
    const delta = networkDelta(before.state, current.state, {
      wallMs: current.wall - before.wall,
      monotonicMs: current.monotonic - before.monotonic,
      expectedMs: lookIntervalMs,
    });
    if (delta === null) return;
    generation++;
    onChange(delta, generation);
  };

  return {
    start: () => {
      started = true;
      return look();
    },
    stop: () => {
      started = false;
      timer?.cancel();
    },
    generation: () => generation,
    state: () => last?.state ?? null,
  };
}
