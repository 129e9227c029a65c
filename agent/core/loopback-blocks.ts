// Where captured IPv4 subnets are mapped to: each has a block of its size in 127.0.0.0/8, so that the address at which a
// connection arrives tells by arithmetic where it was bound for.
import { type Address, addressOfBytes } from '../../protocol/address.ts';
import { type Block, blocksOfRange } from '../../protocol/prefix-trie.ts';
import { blockContains, blocksOverlap, formatBlock } from './disjoint-blocks.ts';

/** A subnet and its block, which has the same length. */
export type Placement = {
  readonly subnet: Block;
  readonly block: Block;
  /** When the subnet was given up, in ms of a monotonic clock; null while it is captured. */
  readonly releasedAt: number | null;
};

export type Placing = {
  readonly placements: readonly Placement[];
  /** Subnets for which there is no room. */
  readonly unplaced: readonly Block[];
};

/** How long the block of a subnet that was given up is not used again, in ms: connections may still arrive there. */
export const restMs = 60_000;

/** The synthetic addresses keep their own block: 6.6.0.0/16 is 127.6.0.0/16. */
export const syntheticBlock: Block = { family: 'ipv4', bytes: [127, 6, 0, 0], length: 16 };
/** Where the name servers' questions are taken to. */
const nameServerBlock: Block = { family: 'ipv4', bytes: [127, 53, 0, 0], length: 16 };
/** 127.0.0.0 to 127.15.255.255 belongs to programs of this machine, and so does the end. */
const room = blocksOfRange(addressOfBytes([127, 16, 0, 0]), addressOfBytes([127, 254, 255, 255]));

/**
 * Places `wanted`, which must be disjoint IPv4 blocks. A subnet that has a block keeps it, one that comes back within the
 * rest gets its old one.
 *
 * @param now ms of a monotonic clock
 */
export function placeSubnets(before: readonly Placement[], wanted: readonly Block[], now: number): Placing {
  const wantedTexts = new Set(wanted.map(formatBlock));
  const kept = before.flatMap((placement): Placement[] => {
    if (wantedTexts.delete(formatBlock(placement.subnet))) return [{ ...placement, releasedAt: null }];
    const releasedAt = placement.releasedAt ?? now;
    return now - releasedAt < restMs ? [{ ...placement, releasedAt }] : [];
  });
  const free = freeBlocks([nameServerBlock, ...kept.map(({ block }) => block)]);
  const unplaced: Block[] = [];
  const placed: Placement[] = [];
  // The larger first: smaller ones fill what they leave.
  const missing = wanted.filter((subnet) => wantedTexts.has(formatBlock(subnet)));
  for (const subnet of missing.toSorted((a, b) => a.length - b.length)) {
    const block = takeBlock(free, subnet.length);
    if (block === null) unplaced.push(subnet);
    else placed.push({ subnet, block, releasedAt: null });
  }
  return { placements: [...kept, ...placed], unplaced };
}

/** The block of a subnet or of a part of it, or null where it has none. */
export function blockFor(placements: readonly Placement[], part: Block): Block | null {
  const at = placements.find(({ subnet, releasedAt }) => releasedAt === null && blockContains(subnet, part));
  return at === undefined ? null : moved(part, at.subnet, at.block);
}

/** Where a connection that arrived at `local` was bound for, or null: then nothing was captured to there. */
export function originalOf(placements: readonly Placement[], local: Address): Address | null {
  const host = hostBlock(local);
  const at = placements.find(({ block }) => blockContains(block, host));
  return at === undefined ? null : addressOfBytes(moved(host, at.block, at.subnet).bytes);
}

/** The synthetic address of a connection that arrived at `local`, or null. */
export function syntheticOf(range: Block, local: Address): Address | null {
  const block = blockOfSynthetic(range);
  const host = hostBlock(local);
  return blockContains(block, host) ? addressOfBytes(moved(host, block, range).bytes) : null;
}

/** The block of the synthetic range, which is as long as the range itself. */
export function blockOfSynthetic(range: Block): Block {
  return { ...syntheticBlock, length: range.length };
}

/** The address in `to` that stands where `part` stands in `from`. */
export function moved(part: Block, from: Block, to: Block): Block {
  const bytes = part.bytes.map((byte, i) => {
    const mask = (0xff00 >> Math.min(8, Math.max(0, from.length - i * 8))) & 0xff;
    return ((to.bytes[i] ?? 0) & mask) | (byte & ~mask & 0xff);
  });
  return { family: 'ipv4', bytes, length: part.length };
}

function hostBlock({ family, bytes }: Address): Block {
  return { family, bytes, length: bytes.length * 8 };
}

/** What is free, by length, the lowest last. */
type FreeBlocks = Map<number, Block[]>;

function freeBlocks(taken: readonly Block[]): FreeBlocks {
  const free: FreeBlocks = new Map();
  for (const block of room.flatMap((part) => without(part, taken)).toReversed()) {
    free.set(block.length, [...(free.get(block.length) ?? []), block]);
  }
  return free;
}

function without(part: Block, taken: readonly Block[]): readonly Block[] {
  const inside = taken.filter((block) => blocksOverlap(block, part));
  if (inside.length === 0) return [part];
  if (inside.some((block) => blockContains(block, part))) return [];
  return halves(part).flatMap((half) => without(half, inside));
}

/** The smallest free block that is large enough, cut to size. */
function takeBlock(free: FreeBlocks, length: number): Block | null {
  for (let size = length; size > 0; size--) {
    const found = free.get(size)?.pop();
    if (found === undefined) continue;
    let block = found;
    while (block.length < length) {
      const [low, high] = halves(block);
      free.set(high.length, [...(free.get(high.length) ?? []), high]);
      block = low;
    }
    return block;
  }
  return null;
}

function halves({ family, bytes, length: whole }: Block): [Block, Block] {
  const length = whole + 1;
  const upper = bytes.map((byte, i) => (i === whole >> 3 ? byte | (0x80 >> (whole & 7)) : byte));
  return [
    { family, bytes, length },
    { family, bytes: upper, length },
  ];
}
