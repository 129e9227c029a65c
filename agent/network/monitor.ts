// Watches the machine's network and numbers its generations: each difference that may matter makes a new one.
import type { Clock, Timer } from '../clock.ts';
import { networkDelta, type NetworkDelta, type NetworkState } from '../core/network-change.ts';
import type { NetworkSource, NetworkWatch } from './network-source.ts';

export type NetworkMonitorSettings = {
  readonly source: NetworkSource;
  readonly clock: Clock;
  /** Called with each difference, after `generation()` has grown. */
  readonly onChange: (delta: NetworkDelta, generation: number) => void;
};

export type NetworkMonitor = {
  /** Resolves after the first look, which later ones are compared with. */
  readonly start: () => Promise<void>;
  /** Resolves when nothing of it is left. */
  readonly stop: () => Promise<void>;
  /** 0 until the first difference. */
  readonly generation: () => number;
  /** The latest look; null before the first. */
  readonly state: () => NetworkState | null;
  /** Compares the clocks at once, for whoever must not run ahead of the next pulse after a suspend. */
  readonly checkClocks: () => void;
};

/** Time between two comparisons of the clocks, in ms: after a sleep, nothing stale may be stated for longer. */
export const pulseMs = 1000;
/** Between two looks, in ms, as long as events tell of changes: a net below them. Without events each pulse looks. */
export const safetyLookMs = 15_000;
/**
 * From one look to the next, in ms. One change of a network comes as a burst of events (link, addresses, routes); the
 * first is acted upon at once, so that nothing stale is stated, and those that follow closely share a look.
 */
export const restMs = 50;

export function createNetworkMonitor({ source, clock, onChange }: NetworkMonitorSettings): NetworkMonitor {
  let last: NetworkState | null = null;
  let clocks = { wall: clock.now(), monotonic: clock.monotonic() };
  let watch: NetworkWatch | null = null;
  let pulseTimer: Timer | null = null;
  let restTimer: Timer | null = null;
  let started = false;
  let looking = false;
  let wanted = false;
  let lookedAt = clock.monotonic();
  let generation = 0;

  const compare = (state: NetworkState): void => {
    const [before, then] = [last, clocks];
    last = state;
    clocks = { wall: clock.now(), monotonic: clock.monotonic() };
    if (before === null) return;
    const delta = networkDelta(before, state, {
      wallMs: clocks.wall - then.wall,
      monotonicMs: clocks.monotonic - then.monotonic,
      expectedMs: pulseMs,
    });
    if (delta === null) return;
    generation++;
    onChange(delta, generation);
  };

  const look = async (): Promise<void> => {
    [looking, wanted] = [true, false];
    lookedAt = clock.monotonic();
    // What cannot be read has not changed; the next look tells.
    const state = await source.read().catch(() => last);
    looking = false;
    if (!started) return;
    if (state !== null) compare(state);
    restTimer = clock.setTimer(() => {
      restTimer = null;
      if (wanted) void look();
    }, restMs);
  };

  const nudge = (): void => {
    wanted = true;
    if (started && !looking && restTimer === null) void look();
  };

  const checkClocks = (): void => {
    const before = generation;
    if (last !== null) compare(last);
    if (generation !== before) nudge();
  };

  const pulse = (): void => {
    checkClocks();
    const isDue = clock.monotonic() - lookedAt >= safetyLookMs;
    if (watch?.isLive() !== true || isDue) nudge();
    pulseTimer = clock.setTimer(pulse, pulseMs);
  };

  return {
    start: async () => {
      started = true;
      // Before the first look: what changes after it must not go unheard.
      watch = source.watch(nudge);
      pulseTimer = clock.setTimer(pulse, pulseMs);
      await look();
    },
    stop: async () => {
      started = false;
      pulseTimer?.cancel();
      restTimer?.cancel();
      await watch?.stop();
    },
    generation: () => generation,
    state: () => last,
    checkClocks,
  };
}
