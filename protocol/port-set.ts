// Sets of ports as profiles write them: single ports and ranges.

/** Disjoint ranges in rising order: begin, end, begin, end, …; ends are included. */
export type PortSet = Uint16Array;

export const everyPort: PortSet = Uint16Array.of(1, 65_535);

/** @param texts ports (`443`) and ranges (`3478-3481`), valid as the profile's schema says */
export function compilePorts(texts: readonly string[]): PortSet {
  const ranges = texts
    .map((text) => text.split('-').map(Number))
    .map(([begin = 0, end = begin]) => ({ begin, end }))
    .sort((a, b) => a.begin - b.begin);
  const merged: { begin: number; end: number }[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && range.begin <= last.end + 1) last.end = Math.max(last.end, range.end);
    else merged.push({ ...range });
  }
  return Uint16Array.from(merged.flatMap(({ begin, end }) => [begin, end]));
}

export function hasPort(ports: PortSet, port: number): boolean {
  let low = 0;
  let high = ports.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (port > (ports[2 * middle + 1] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return 2 * low < ports.length && port >= (ports[2 * low] ?? 0);
}
