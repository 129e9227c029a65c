// The prefix trie: containment at every bit, families apart, and ranges as blocks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress, parsePrefix, prefixContains } from '../../../protocol/address.ts';
import { noRank } from '../../../protocol/host-index.ts';
import { everyPort } from '../../../protocol/port-set.ts';
import { blockOfPrefix, blocksOfRange, buildPrefixTrie, findPrefix } from '../../../protocol/prefix-trie.ts';

function trieOf(...texts: readonly string[]) {
  return buildPrefixTrie(
    texts.map((text, rank) => ({ block: blockOfPrefix(parsePrefix(text)!), ports: everyPort, rank })),
  );
}

function find(trie: ReturnType<typeof trieOf>, text: string): number {
  return findPrefix(trie, parseAddress(text)!, 443);
}

describe('a prefix trie', () => {
  it('finds the block that holds an address, at its first and last one', () => {
    const trie = trieOf('192.0.2.64/26', '2001:db8::/33', '198.51.100.7/32', '2001:db8:ffff::1/128');
    expect(find(trie, '192.0.2.64')).toBe(0);
    expect(find(trie, '192.0.2.127')).toBe(0);
    expect(find(trie, '192.0.2.63')).toBe(noRank);
    expect(find(trie, '192.0.2.128')).toBe(noRank);
    expect(find(trie, '2001:db8:7fff:ffff::1')).toBe(1);
    expect(find(trie, '2001:db8:8000::')).toBe(noRank);
    expect(find(trie, '198.51.100.7')).toBe(2);
    expect(find(trie, '2001:db8:ffff::1')).toBe(3);
  });

  it('counts an IPv4-mapped address as the IPv4 one, and no other embedding', () => {
    const trie = trieOf('192.0.2.0/24');
    expect(find(trie, '::ffff:192.0.2.1')).toBe(0);
    expect(find(trie, '::192.0.2.1')).toBe(noRank);
    expect(find(trie, '64:ff9b::192.0.2.1')).toBe(noRank);
    expect(find(trie, '2002:c000:201::')).toBe(noRank);
  });

  it('answers with the smallest rank among nested and equal blocks', () => {
    expect(find(trieOf('10.0.0.0/8', '10.1.0.0/16', '10.1.0.0/16'), '10.1.2.3')).toBe(0);
    expect(find(trieOf('10.1.0.0/16', '10.1.0.0/16', '10.0.0.0/8', '0.0.0.0/0'), '10.1.2.3')).toBe(0);
    expect(find(trieOf('10.1.0.0/16', '0.0.0.0/0'), '11.0.0.1')).toBe(1);
  });

  it('covers a range exactly, with aligned blocks', () => {
    const v4 = (last: number) => parseAddress(`192.0.2.${last}`)!;
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), fc.nat(255), (x, y, z) => {
        const [begin, end] = [Math.min(x, y), Math.max(x, y)];
        const blocks = blocksOfRange(v4(begin), v4(end));
        const holding = blocks.filter(({ bytes, length }) =>
          prefixContains({ address: { ...v4(0), bytes }, length }, v4(z)),
        );
        expect(holding.length).toBe(begin <= z && z <= end ? 1 : 0);
      }),
    );
  });

  it('covers the widest ranges', () => {
    const all = blocksOfRange(parseAddress('::')!, parseAddress('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')!);
    expect(all).toMatchObject([{ length: 0 }]);
    expect(blocksOfRange(parseAddress('0.0.0.0')!, parseAddress('255.255.255.254')!)).toHaveLength(32);
  });
});
