// When a certificate is renewed, and when again after an attempt that failed.

const hourMs = 3_600_000;
const leastPauseMs = 1000;

/** At two thirds of its life: a device that is away for a while has the last third to come back in. Times in ms. */
export function renewalTime({ from, to }: { readonly from: number; readonly to: number }): number {
  return to - (to - from) / 3;
}

/** How long to wait after a failed attempt: some ten times in what is left of its life, at most an hour. In ms. */
export function renewalPause(now: number, to: number): number {
  return Math.min(hourMs, Math.max(leastPauseMs, (to - now) / 10));
}
