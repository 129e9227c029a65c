// An index of host patterns by the labels they end in. Finding reads the name once, from the right, and allocates
// nothing: it is on the path of every decision.
import type { HostPattern } from './host-pattern.ts';
import { type PortSet, hasPort } from './port-set.ts';

/** A pattern with its ports. Of all entries that match, the one with the smallest `rank` counts. */
export type HostEntry = { readonly pattern: HostPattern; readonly ports: PortSet; readonly rank: number };

export type HostIndex = {
  /** Entries whose pattern ends in no whole label; every name is compared with them. */
  readonly loose: readonly HostEntry[];
  readonly buckets: ReadonlyMap<number, Bucket>;
};

/** The answer when nothing matches: larger than every rank. */
export const noRank = 0x7fff_ffff;

/** The entries of one suffix, best first. `next` holds another suffix with the same hash. */
type Bucket = { readonly suffix: string; readonly entries: HostEntry[]; readonly next: Bucket | null };

const dot = 46;
/** FNV-1a, 32 bits. A clash costs time only, and only the author of a profile could make one. */
const hashSeed = 0x811c_9dc5 | 0;
const hashFactor = 0x0100_0193;

export function buildHostIndex(entries: readonly HostEntry[]): HostIndex {
  const loose: HostEntry[] = [];
  const buckets = new Map<number, Bucket>();
  for (const entry of [...entries].sort((a, b) => a.rank - b.rank)) {
    const { suffix } = entry.pattern;
    (suffix === '' ? loose : bucketFor(buckets, suffix)).push(entry);
  }
  return { loose, buckets };
}

/** The rank of the best entry that matches `name` (canonical) and `port`, or `noRank`. */
export function findHost(index: HostIndex, name: string, port: number): number {
  let best = index.loose.length === 0 ? noRank : bestOf(index.loose, name, 0, port, noRank);
  let hash = hashSeed;
  for (let i = name.length - 1; i >= 0; i--) {
    const code = name.charCodeAt(i);
    if (code === dot) best = bestOfSuffix(index, hash, name, i + 1, port, best);
    hash = Math.imul(hash ^ code, hashFactor);
  }
  return bestOfSuffix(index, hash, name, 0, port, best);
}

function bestOfSuffix(
  index: HostIndex,
  hash: number,
  name: string,
  start: number,
  port: number,
  best: number,
): number {
  for (let b = index.buckets.get(hash) ?? null; b !== null; b = b.next) {
    if (b.suffix.length === name.length - start && name.endsWith(b.suffix)) {
      return bestOf(b.entries, name, start, port, best);
    }
  }
  return best;
}

/** `start` is where the shared suffix begins in `name`: 0 means that the suffix is the whole name. */
function bestOf(
  entries: readonly HostEntry[],
  name: string,
  start: number,
  port: number,
  best: number,
): number {
  for (const entry of entries) {
    if (entry.rank >= best) return best;
    if (suits(entry.pattern, name, start) && hasPort(entry.ports, port)) return entry.rank;
  }
  return best;
}

function suits(pattern: HostPattern, name: string, start: number): boolean {
  switch (pattern.kind) {
    case 'exact':
      return start === 0;
    case 'below':
      return start > 0;
    case 'glob':
      return pattern.matches(name);
  }
}

function bucketFor(buckets: Map<number, Bucket>, suffix: string): HostEntry[] {
  let hash = hashSeed;
  for (let i = suffix.length - 1; i >= 0; i--) hash = Math.imul(hash ^ suffix.charCodeAt(i), hashFactor);
  const first = buckets.get(hash) ?? null;
  for (let b = first; b !== null; b = b.next) if (b.suffix === suffix) return b.entries;
  const entries: HostEntry[] = [];
  buckets.set(hash, { suffix, entries, next: first });
  return entries;
}
