// The order of records: ids of the records' database, which hold the time.

/** In ms since the epoch times this, so that a range of times is a range of ids. Enough to 2109. */
export const idsPerMs = 2048;

/** When what has this id was written, in ms since the epoch. */
export function msOfId(id: number): number {
  return Math.floor(id / idsPerMs);
}

/** A clock that was set back does not bring records out of the order in which they came. */
export function nextId(lastId: number, ms: number): number {
  return Math.max(lastId + 1, ms * idsPerMs);
}
