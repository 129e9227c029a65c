// The last latencies of each channel, gathered from one status after the other: nothing else remembers them.
import type { Status } from '../../protocol/status.ts';

export type Latency = {
  /** When it was told: ms since 1970. */
  readonly at: number;
  readonly ms: number;
};
/** By the channel's name; the oldest first. */
export type LatencyHistory = ReadonlyMap<string, readonly Latency[]>;

export const latenciesKept = 60;

/** With what `status` tells; a channel that is gone is forgotten. The same value where nothing is added or lost. */
export function withLatencies(
  history: LatencyHistory,
  { at, channels }: Pick<Status, 'at' | 'channels'>,
): LatencyHistory {
  const time = Date.parse(at);
  const next = new Map(
    channels.map(({ name, latencyMs }) => [name, added(history.get(name) ?? [], time, latencyMs)]),
  );
  const same = next.size === history.size && [...next].every(([name, list]) => history.get(name) === list);
  return same ? history : next;
}

function added(list: readonly Latency[], at: number, ms: number | null): readonly Latency[] {
  // A status that is told again, or came late, says nothing more.
  if (ms === null || at <= (list.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) return list;
  return [...list, { at, ms }].slice(-latenciesKept);
}
