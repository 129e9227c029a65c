// Randomness as a value that is passed in, so that tests decide what comes up.

/** A number from 0 up to, and without, 1. For spreading load, never for secrets. */
export type Random = () => number;

export const systemRandom: Random = () => Math.random();
