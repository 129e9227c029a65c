// Which row of the page shows which record. Rows that records leave are used again: a table that scrolls changes texts and makes
// no elements, which is what costs.

/** Slots by the records' keys, in the order in which the records stand. */
export type RowSlots = ReadonlyMap<string, number>;

/** A record that stays keeps its slot; the others take those that became free, in order, before there are more. */
export function nextSlots(before: RowSlots, keys: readonly string[]): RowSlots {
  const staying = new Set(keys);
  const free = [...before].filter(([key]) => !staying.has(key)).map(([, slot]) => slot);
  const taken = new Set(before.values());
  let last = 0;
  const another = (): number => {
    while (taken.has(last)) last += 1;
    taken.add(last);
    return last;
  };
  return new Map(keys.map((key) => [key, before.get(key) ?? free.shift() ?? another()]));
}
