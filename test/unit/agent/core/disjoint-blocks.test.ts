import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blockContains,
  blocksOverlap,
  disjointPieces,
  formatBlock,
  withoutContained,
} from '../../../../agent/core/disjoint-blocks.ts';
import { parseNetwork } from '../../../../protocol/address.ts';
import { compilePorts, hasPort } from '../../../../protocol/port-set.ts';
import { type Block, blockOfPrefix } from '../../../../protocol/prefix-trie.ts';

const block = (text: string): Block => blockOfPrefix(parseNetwork(text)!);

describe('blocks', () => {
  test('hold one another by their first bits, within a family', () => {
    expect(blockContains(block('192.0.2.0/24'), block('192.0.2.128/25'))).toBe(true);
    expect(blockContains(block('192.0.2.128/25'), block('192.0.2.0/24'))).toBe(false);
    expect(blockContains(block('192.0.2.0/23'), block('192.0.4.0/24'))).toBe(false);
    expect(blockContains(block('0.0.0.0/0'), block('::/0'))).toBe(false);
    expect(blocksOverlap(block('2001:db8::/33'), block('2001:db8::/32'))).toBe(true);
  });

  test('those within another are left out, whatever their order', () => {
    const blocks = ['192.0.2.4/30', '192.0.2.0/24', '198.51.100.0/24', '192.0.2.0/24', '2001:db8::/32'].map(
      block,
    );
    expect(withoutContained(blocks).map(formatBlock)).toEqual([
      '192.0.2.0/24',
      '198.51.100.0/24',
      '2001:db8::/32',
    ]);
  });
});

const anyBlock = fc
  .tuple(fc.ipV4(), fc.integer({ min: 8, max: 32 }))
  .map(([address, length]) => block(`${address}/${length}`));
const nearBlock = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 22, max: 32 }))
  .map(([last, length]) => block(`192.0.2.${last}/${length}`));
const ports = fc
  .constantFrom('443', '80', '80-90', '1-65535', '443-444', '25')
  .map((text) => compilePorts([text]));

describe('pieces', () => {
  test('of one block on overlapping ranges are cut where a range begins or ends', () => {
    const entries = ['80-90', '85-100', '443'].map((text) => ({
      block: block('192.0.2.0/24'),
      ports: compilePorts([text]),
    }));
    expect(disjointPieces(entries).map(({ begin, end }) => [begin, end])).toEqual([
      [80, 84],
      [85, 90],
      [91, 100],
      [443, 443],
    ]);
  });

  test('hold exactly what the entries hold, once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ block: fc.oneof(nearBlock, anyBlock), ports }), { maxLength: 12 }),
        nearBlock,
        fc.constantFrom(25, 80, 85, 91, 443, 444, 445, 65_535),
        (entries, probe, port) => {
          const host = { ...probe, length: 32 };
          const isIn = entries.some(
            (entry) => blockContains(entry.block, host) && hasPort(entry.ports, port),
          );
          const pieces = disjointPieces(entries).filter(
            (piece) => blockContains(piece.block, host) && port >= piece.begin && port <= piece.end,
          );
          expect(pieces.length).toBe(isIn ? 1 : 0);
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });
});
