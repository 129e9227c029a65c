// How long to wait before the next attempt to reach a peer: full jitter, so that a thousand clients do not come back at once.

export const backoffBaseMs = 1000;
/** The longest wait. A person whose network is back waits at most this long without doing anything. */
export const backoffCeilingMs = 30_000;
/** A connection that lived shorter counts as one more failure: an edge that accepts and drops is as gone as one that refuses. */
export const backoffResetAfterMs = 10_000;

/**
 * The wait after `failures` attempts in a row that failed.
 *
 * @param random from 0 up to, and without, 1
 */
export function backoffDelayMs(failures: number, random: number): number {
  if (failures <= 0) return 0;
  const ceiling = Math.min(backoffCeilingMs, backoffBaseMs * 2 ** Math.min(failures, 16));
  return Math.floor(random * ceiling);
}

/** Failures in a row after a connection that lived `livedMs`. */
export function failuresAfterLoss(failures: number, livedMs: number): number {
  return livedMs >= backoffResetAfterMs ? 1 : failures + 1;
}
