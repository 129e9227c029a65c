// Filters a long list that is given again and again: only rows that it has not judged are tested.

/**
 * Rows that pass, in their order.
 *
 * @param test the same function until it judges otherwise
 * @param narrows whether whatever passes `test` passed the test before it
 */
export type KeptFilter<R> = (rows: readonly R[], test: (row: R) => boolean, narrows: boolean) => readonly R[];

export function createKeptFilter<R>(): KeptFilter<R> {
  let known: readonly R[] = [];
  /** 1 for each of `known` that passed. */
  let passed = new Uint8Array();
  let last: ((row: R) => boolean) | null = null;

  return (rows, test, narrows) => {
    const isSame = test === last;
    const { head, tail } = isSame || narrows ? commonEnds(known, rows) : { head: 0, tail: 0 };
    const next = new Uint8Array(rows.length);
    next.set(passed.subarray(0, head));
    next.set(passed.subarray(passed.length - tail), rows.length - tail);
    const shown: R[] = [];
    rows.forEach((row, i) => {
      const isJudged = i < head || i >= rows.length - tail;
      if (!isJudged || (!isSame && next[i] === 1)) next[i] = test(row) ? 1 : 0;
      if (next[i] === 1) shown.push(row);
    });
    [known, passed, last] = [rows, next, test];
    return shown;
  };
}

/** How many rows two lists share at their beginnings, and of the others at their ends. */
function commonEnds<R>(a: readonly R[], b: readonly R[]): { readonly head: number; readonly tail: number } {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  return { head, tail };
}
