import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planCapture } from '../../../../agent/core/capture-plan.ts';
import { blocksOverlap, formatBlock, withoutContained } from '../../../../agent/core/disjoint-blocks.ts';
import {
  blockFor,
  moved,
  originalOf,
  type Placement,
  placeSubnets,
  restMs,
  syntheticOf,
} from '../../../../agent/core/loopback-blocks.ts';
import { importEndpointList } from '../../../../protocol/profiles/endpoint-list.ts';
import { addressOfBytes, parseAddress, parseNetwork, parsePrefix } from '../../../../protocol/address.ts';
import { compileProfile } from '../../../../protocol/matcher.ts';
import { parseProfile, type Profile } from '../../../../protocol/profile.ts';
import { type Block, blockOfPrefix } from '../../../../protocol/prefix-trie.ts';
import { publishedListsPresent, readPublished } from '../../../support/published-lists.ts';

const block = (text: string): Block => blockOfPrefix(parseNetwork(text)!);
const address = (text: string) => parseAddress(text)!;
const placed = (...texts: string[]): readonly Placement[] => placeSubnets([], texts.map(block), 0).placements;

describe('places', () => {
  test('are aligned blocks in the smallest gap that holds them, the larger subnets first', () => {
    const placements = placed('203.0.113.0/24', '52.96.0.0/14', '13.107.6.152/31');
    expect(placements.map(({ subnet, block: to }) => [formatBlock(subnet), formatBlock(to)])).toEqual([
      ['52.96.0.0/14', '127.48.0.0/14'],
      ['203.0.113.0/24', '127.52.0.0/24'],
      ['13.107.6.152/31', '127.52.1.0/31'],
    ]);
  });

  test('tell the original address by arithmetic, and nothing for what lies in none', () => {
    const placements = placed('52.96.0.0/14');
    expect(originalOf(placements, address('127.50.3.4'))?.text).toBe('52.98.3.4');
    for (const foreign of ['127.0.0.1', '127.20.0.0', '192.0.2.7', '127.6.0.1']) {
      expect(originalOf(placements, address(foreign))).toBeNull();
    }
    expect(formatBlock(blockFor(placements, block('52.97.1.0/24'))!)).toBe('127.49.1.0/24');
    expect(blockFor(placements, block('52.100.0.0/24'))).toBeNull();
  });

  test('the synthetic range has a block of its own', () => {
    const range = block('6.6.0.0/16');
    expect(syntheticOf(range, address('127.6.1.2'))?.text).toBe('6.6.1.2');
    expect(syntheticOf(range, address('127.7.1.2'))).toBeNull();
    expect(syntheticOf(block('198.18.4.0/24'), address('127.6.0.9'))?.text).toBe('198.18.4.9');
    expect(syntheticOf(block('198.18.4.0/24'), address('127.6.1.9'))).toBeNull();
  });
});

describe('a later plan', () => {
  test('leaves a subnet its block, and gives another that of no living or resting one', () => {
    const first = placeSubnets([], ['203.0.113.0/24', '198.51.100.0/24'].map(block), 0).placements;
    const second = placeSubnets(first, ['198.51.100.0/24', '192.0.2.0/24'].map(block), 1000).placements;
    const byText = new Map(second.map((p) => [formatBlock(p.subnet), p]));
    expect(byText.get('198.51.100.0/24')?.block).toEqual(first[1]?.block);
    expect(byText.get('203.0.113.0/24')?.releasedAt).toBe(1000);
    expect(second.map((p) => formatBlock(p.block))).toEqual([
      '127.52.0.0/24',
      '127.52.1.0/24',
      '127.52.2.0/24',
    ]);
    // What arrives there late is known still.
    expect(originalOf(second, address('127.52.0.9'))?.text).toBe('203.0.113.9');
    expect(blockFor(second, block('203.0.113.0/24'))).toBeNull();
  });

  test('uses a block again after its rest, and gives it back to its own subnet before', () => {
    const first = placed('203.0.113.0/24');
    const resting = placeSubnets(first, [], 5).placements;
    expect(placeSubnets(resting, [block('203.0.113.0/24')], 6).placements).toEqual(first);
    const later = placeSubnets(resting, [block('192.0.2.0/24')], 5 + restMs).placements;
    expect(later.map((p) => formatBlock(p.block))).toEqual(['127.52.0.0/24']);
  });

  test('says for which subnets there is no room', () => {
    const wanted = ['4.0.0.0/10', '8.0.0.0/10', '12.0.0.0/10', '16.0.0.0/10'].map(block);
    const { placements, unplaced } = placeSubnets([], wanted, 0);
    expect(placements).toHaveLength(2);
    expect(unplaced).toHaveLength(2);
  });
});

const subnets = fc
  .array(fc.tuple(fc.ipV4(), fc.integer({ min: 14, max: 32 })), { maxLength: 20 })
  .map((list) => withoutContained(list.map(([text, length]) => block(`${text}/${length}`))));

test('blocks are disjoint, out of the reserved ranges, and every address comes back', () => {
  fc.assert(
    fc.property(subnets, subnets, fc.nat(), (before, after, seed) => {
      const first = placeSubnets([], before, 0).placements;
      const { placements, unplaced } = placeSubnets(first, after, 1);
      expect(unplaced).toEqual([]);
      const reserved = ['127.0.0.0/12', '127.53.0.0/16', '127.255.0.0/16'].map(block);
      placements.forEach(({ block: own }, i) => {
        const others = [...reserved, ...placements.slice(i + 1).map((p) => p.block)];
        expect(others.filter((other) => blocksOverlap(own, other))).toEqual([]);
      });
      for (const subnet of after) {
        const host = {
          ...block(`${addressOfBytes([seed & 0xff, seed >> 8, 7, 9].map((b) => b & 0xff)).text}/32`),
        };
        const original = moved(host, subnet, subnet);
        const local = blockFor(placements, original);
        expect(originalOf(placements, addressOfBytes(local!.bytes))?.text).toBe(
          addressOfBytes(original.bytes).text,
        );
      }
    }),
    { seed: 11, numRuns: 200 },
  );
});

describe('the published subnets fit:', () => {
  const subnetsOf = (profile: Profile): readonly Block[] => {
    const options = { synthetic: parsePrefix('6.6.0.0/16')!, capturesIpv6: false };
    const { subnets: pieces } = planCapture([compileProfile(profile)], options);
    return withoutContained(pieces.map((piece) => piece.block));
  };

  test('the profile of this repository', () => {
    const file = new URL('../../../../assets/profiles/microsoft.json', import.meta.url);
    const wanted = subnetsOf(parseProfile(JSON.parse(readFileSync(file, 'utf8')), 'microsoft.json'));
    expect(wanted.length).toBeGreaterThan(10);
    expect(placeSubnets([], wanted, 0).unplaced).toEqual([]);
  });

  test.skipIf(!publishedListsPresent)('the worldwide list', () => {
    const list = readPublished('m365-endpoints-worldwide.json');
    const wanted = subnetsOf(importEndpointList(list, 'worldwide', { name: 'worldwide', version: 'test' }));
    expect(wanted.length).toBeGreaterThan(30);
    expect(placeSubnets([], wanted, 0).unplaced).toEqual([]);
  });
});
