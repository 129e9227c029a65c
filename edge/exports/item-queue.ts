// What waits for one collector: encoded records, bounded by the length of their text, taken in batches.

export type ItemQueueLimits = {
  /** Of the text of all that waits, in UTF-16 units. */
  readonly waitingLength: number;
  readonly batchItems: number;
  /** One item is a batch however long it is. */
  readonly batchLength: number;
};

export type ItemQueue = {
  /** False where it has no room for the item. */
  readonly add: (item: string) => boolean;
  /** The oldest; empty where nothing waits. */
  readonly take: () => readonly string[];
  readonly count: () => number;
  /** Forgets what waits and tells how many that were. */
  readonly clear: () => number;
};

export function createItemQueue({ waitingLength, batchItems, batchLength }: ItemQueueLimits): ItemQueue {
  let items: string[] = [];
  let length = 0;
  return {
    add(item) {
      if (length + item.length > waitingLength) return false;
      items.push(item);
      length += item.length;
      return true;
    },
    take() {
      let [count, taken] = [0, 0];
      for (const item of items) {
        if (count === batchItems || (count > 0 && taken + item.length > batchLength)) break;
        count += 1;
        taken += item.length;
      }
      length -= taken;
      const batch = items.slice(0, count);
      items = items.slice(count);
      return batch;
    },
    count: () => items.length,
    clear() {
      const { length: count } = items;
      items = [];
      length = 0;
      return count;
    },
  };
}
