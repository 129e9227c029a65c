// Counts failed attempts by whom they come from. A right token is never counted: nobody can lock an administrator out.

/** In the window that `attemptWindowMs` is long. */
export const mostAttempts = { perCaller: 20, inAll: 200 } as const;
export const attemptWindowMs = 60_000;
/** Bounds the memory; whoever is beyond it is counted among all. */
const mostCallers = 1000;

export type FailedAttempts = {
  /** Counts one. @returns 0, or in how many ms the caller may try again */
  readonly count: (caller: string, nowMs: number) => number;
};

export function createFailedAttempts(): FailedAttempts {
  let windowStart = Number.NEGATIVE_INFINITY;
  let all = 0;
  const callers = new Map<string, number>();
  return {
    count(caller, nowMs) {
      if (nowMs - windowStart >= attemptWindowMs) {
        windowStart = nowMs;
        all = 0;
        callers.clear();
      }
      all += 1;
      const own = (callers.get(caller) ?? 0) + 1;
      if (own > 1 || callers.size < mostCallers) callers.set(caller, own);
      const isBeyond = own > mostAttempts.perCaller || all > mostAttempts.inAll;
      return isBeyond ? windowStart + attemptWindowMs - nowMs : 0;
    },
  };
}
