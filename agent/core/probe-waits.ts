// How long to wait before a source is asked again: at a share of an answer's life, or ever longer while it fails.

/** Ask in `afterMs`, up to the share `spread` sooner, at random. */
export type Wait = { readonly afterMs: number; readonly spread: number };

export const noWait: Wait = { afterMs: 0, spread: 0 };

/** An answer is renewed when this share of its life has passed. */
const refreshShare = 0.8;
/** Renewals of many devices must not fall together. */
const refreshSpread = 0.1;
/** First wait after a failure, in ms: a network that has just come up needs a moment. */
const firstBackoffMs = 250;
/** Longest wait after failures, in ms. */
const longestBackoffMs = 60_000;
/** A source that comes back must not be met by all devices at once. */
const backoffSpread = 0.5;

/** The wait after an answer that holds for `lifeMs` more. */
export function renewal(lifeMs: number): Wait {
  return { afterMs: Math.max(firstBackoffMs, lifeMs * refreshShare), spread: refreshSpread };
}

/** The wait after `failures` failures in a row: `firstMs`, then twice as long each time. */
export function backoff(failures: number, firstMs = firstBackoffMs): Wait {
  const afterMs = Math.min(longestBackoffMs, firstMs * 2 ** Math.min(failures - 1, 16));
  return { afterMs, spread: backoffSpread };
}
