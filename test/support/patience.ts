// How long a test waits for what has to happen.

/** A guard against a hang on a busy machine, not a measure: what it waits for is looked at all the time. */
export const patience = { timeout: 15_000, interval: 50 };
