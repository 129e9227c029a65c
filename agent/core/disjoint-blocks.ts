// Address blocks with ports, made disjoint: no address and port is in two of them, so that a map can hold them as keys.
import { addressOfBytes } from '../../protocol/address.ts';
import { hasPort, type PortSet } from '../../protocol/port-set.ts';
import type { Block } from '../../protocol/prefix-trie.ts';

export type PortedBlock = { readonly block: Block; readonly ports: PortSet };

/** A block on the ports from `begin` to `end`, both included. */
export type BlockPiece = { readonly block: Block; readonly begin: number; readonly end: number };

/** Pieces that hold what `entries` hold together, and no address and port twice. */
export function disjointPieces(entries: readonly PortedBlock[]): readonly BlockPiece[] {
  return elementaryRanges(entries.map(({ ports }) => ports)).flatMap(({ begin, end }) => {
    const blocks = entries.filter(({ ports }) => hasPort(ports, begin)).map(({ block }) => block);
    return withoutContained(blocks).map((block) => ({ block, begin, end }));
  });
}

/** Those blocks that lie in no other; of equal ones the first. Blocks are nested or apart, never in between. */
export function withoutContained(blocks: readonly Block[]): readonly Block[] {
  const kept: Block[] = [];
  for (const block of blocks.toSorted(compareBlocks)) {
    const last = kept.at(-1);
    // Sorted by address, then the larger first: whatever holds this one comes just before it.
    if (last === undefined || !blockContains(last, block)) kept.push(block);
  }
  return kept;
}

/** Whether every address of `inner` is in `outer`. Families never match across. */
export function blockContains(outer: Block, inner: Block): boolean {
  if (outer.family !== inner.family || outer.length > inner.length) return false;
  for (let bit = 0; bit < outer.length; bit += 8) {
    const mask = (0xff00 >> Math.min(8, outer.length - bit)) & 0xff;
    if ((((outer.bytes[bit >> 3] ?? 0) ^ (inner.bytes[bit >> 3] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

export function blocksOverlap(a: Block, b: Block): boolean {
  return blockContains(a, b) || blockContains(b, a);
}

/** `192.0.2.0/24`. */
export function formatBlock({ bytes, length }: Block): string {
  return `${addressOfBytes(bytes).text}/${length}`;
}

function compareBlocks(a: Block, b: Block): number {
  if (a.family !== b.family) return a.family === 'ipv4' ? -1 : 1;
  const at = a.bytes.findIndex((byte, i) => byte !== b.bytes[i]);
  return at === -1 ? a.length - b.length : (a.bytes[at] ?? 0) - (b.bytes[at] ?? 0);
}

/** The coarsest ranges of which every set of ports is a union. */
function elementaryRanges(sets: readonly PortSet[]): readonly { begin: number; end: number }[] {
  const cuts = new Set<number>();
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) cuts.add(set[i] ?? 0).add((set[i + 1] ?? 0) + 1);
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  return sorted
    .slice(0, -1)
    .map((begin, i) => ({ begin, end: (sorted[i + 1] ?? 0) - 1 }))
    .filter(({ begin }) => sets.some((set) => hasPort(set, begin)));
}
