// Chance that can be repeated: everything follows from the seed.

export type Random = {
  /** A whole number from 0 to `limit` - 1. */
  readonly below: (limit: number) => number;
  readonly bool: () => boolean;
  readonly bytes: (count: number) => Buffer;
  readonly pick: <T>(values: readonly T[]) => T;
};

/** Mulberry32: small, fast and good enough to choose test cases. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  return {
    below,
    bool: () => (next() & 1) === 1,
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => next() & 0xff)),
    pick: (values) => values[below(values.length)]!,
  };
}
