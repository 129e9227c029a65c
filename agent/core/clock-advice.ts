// What a person is told when a certificate does not hold by this device's clock: both times, and what to do.

/** Below this a clock is right enough: certificates are made to hold from somewhat earlier. */
const tolerableMs = 5 * 60_000;

/**
 * @param now this device's clock, in ms
 * @param edgeTime the edge's clock by its Date header, in ms; null where it is not known
 */
export function clockAdvice(now: number, edgeTime: number | null): string {
  const own = `This device's clock says ${instant(now)}`;
  if (edgeTime === null) return `${own}: if that is wrong, set it and try again`;
  const both = `${own}, the edge's ${instant(edgeTime)}`;
  return Math.abs(now - edgeTime) > tolerableMs
    ? `${both}: set the clock of this device and try again`
    : `${both}: they agree, so the edge needs another certificate`;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
