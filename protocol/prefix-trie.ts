// Address prefixes in a binary trie per family. Finding follows the bits of the address and allocates nothing.
import { type Address, type Family, type Prefix, families } from './address.ts';
import { noRank } from './host-index.ts';
import { type PortSet, hasPort } from './port-set.ts';

/** The addresses whose first `length` bits are those of `bytes`. */
export type Block = { readonly family: Family; readonly bytes: readonly number[]; readonly length: number };

/** A block with its ports. Of all entries that match, the one with the smallest `rank` counts. */
export type PrefixEntry = { readonly block: Block; readonly ports: PortSet; readonly rank: number };

export type PrefixTrie = { readonly ipv4: Node; readonly ipv6: Node };

type Node = { zero: Node | null; one: Node | null; readonly entries: PrefixEntry[] };

export function buildPrefixTrie(entries: readonly PrefixEntry[]): PrefixTrie {
  const trie: PrefixTrie = { ipv4: newNode(), ipv6: newNode() };
  for (const entry of entries) nodeFor(trie[entry.block.family], entry.block).entries.push(entry);
  for (const family of families) sortEntries(trie[family]);
  return trie;
}

/** The rank of the best entry whose prefix holds `address` and whose ports hold `port`, or `noRank`. */
export function findPrefix(trie: PrefixTrie, address: Address, port: number): number {
  let best = noRank;
  let node: Node | null = trie[address.family];
  const { bytes } = address;
  for (let bit = 0; node !== null; bit++) {
    for (const entry of node.entries) {
      if (entry.rank >= best) break;
      if (hasPort(entry.ports, port)) best = entry.rank;
    }
    node = bitOf(bytes, bit) === 0 ? node.zero : node.one;
  }
  return best;
}

/** The ranks of every entry whose prefix holds `address`, whatever its ports, in no particular order. */
export function findPrefixes(trie: PrefixTrie, address: Address): readonly number[] {
  const ranks: number[] = [];
  let node: Node | null = trie[address.family];
  for (let bit = 0; node !== null; bit++) {
    ranks.push(...node.entries.map(({ rank }) => rank));
    node = bitOf(address.bytes, bit) === 0 ? node.zero : node.one;
  }
  return ranks;
}

export function blockOfPrefix({ address, length }: Prefix): Block {
  return { family: address.family, bytes: address.bytes, length };
}

/** The fewest blocks that together are the range from `begin` to `end`, both included and of one family. */
export function blocksOfRange(begin: Address, end: Address): readonly Block[] {
  const bits = begin.bytes.length * 8;
  const last = toNumber(end);
  const blocks: Block[] = [];
  let at = toNumber(begin);
  while (at <= last) {
    let free = 0;
    while (free < bits && isAligned(at, free + 1) && at + sizeOf(free + 1) - 1n <= last) free++;
    blocks.push({ family: begin.family, bytes: toBytes(at, begin.bytes.length), length: bits - free });
    at += sizeOf(free);
  }
  return blocks;
}

function newNode(): Node {
  return { zero: null, one: null, entries: [] };
}

function nodeFor(root: Node, { bytes, length }: Block): Node {
  let node = root;
  for (let bit = 0; bit < length; bit++) {
    node = bitOf(bytes, bit) === 0 ? (node.zero ??= newNode()) : (node.one ??= newNode());
  }
  return node;
}

/** Beyond the last bit there are no nodes, so the answer does not matter there. */
function bitOf(bytes: readonly number[], bit: number): number {
  return ((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1;
}

function sortEntries(node: Node): void {
  node.entries.sort((a, b) => a.rank - b.rank);
  if (node.zero !== null) sortEntries(node.zero);
  if (node.one !== null) sortEntries(node.one);
}

function toNumber(address: Address): bigint {
  return address.bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function toBytes(value: bigint, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => Number((value >> BigInt(8 * (count - 1 - i))) & 0xffn));
}

function sizeOf(freeBits: number): bigint {
  return 1n << BigInt(freeBits);
}

function isAligned(value: bigint, freeBits: number): boolean {
  return (value & (sizeOf(freeBits) - 1n)) === 0n;
}
