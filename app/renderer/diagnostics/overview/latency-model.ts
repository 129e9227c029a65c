// The latencies of all channels as a chart needs them, and as words beside it.
import type { Latency, LatencyHistory } from '../../../shared/latency-history.ts';

export type LatencyChartData = {
  /** Seconds since 1970, growing. */
  readonly times: readonly number[];
  /** One value for each time; null where that channel told none then. */
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
};

export function latencyChartData(history: LatencyHistory): LatencyChartData {
  const times = [...new Set([...history.values()].flatMap((list) => list.map(({ at }) => at)))].sort(
    (a, b) => a - b,
  );
  const series = [...history].map(([name, list]) => {
    const byTime = new Map(list.map(({ at, ms }) => [at, ms]));
    return { name, values: times.map((at) => byTime.get(at) ?? null) };
  });
  return { times: times.map((at) => at / 1000), series };
}

export type LatencySummary = {
  readonly count: number;
  readonly last: number;
  readonly lowest: number;
  /** The lower one of the two in the middle of an even number. */
  readonly median: number;
  readonly highest: number;
};

/** Null where nothing was measured. */
export function latencySummary(latencies: readonly Latency[]): LatencySummary | null {
  const last = latencies.at(-1);
  if (last === undefined) return null;
  const sorted = latencies.map(({ ms }) => ms).sort((a, b) => a - b);
  const place = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? last.ms;
  return { count: sorted.length, last: last.ms, lowest: place(0), median: place(0.5), highest: place(1) };
}
