// The line of the last latencies: its corners in a box of given size.

/**
 * `points` of an SVG polyline; null where fewer than two latencies make no line. A flat one lies low: the scale begins at
 * nought, so that 18 and 19 ms look alike.
 */
export function sparklinePoints(
  latencies: readonly number[],
  width: number,
  height: number,
  padding: number,
): string | null {
  if (latencies.length < 2) return null;
  const highest = Math.max(1, ...latencies) * 1.2;
  const step = (width - 2 * padding) / (latencies.length - 1);
  return latencies
    .map((ms, i) => {
      const y = height - padding - (ms / highest) * (height - 2 * padding);
      return `${(padding + i * step).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
