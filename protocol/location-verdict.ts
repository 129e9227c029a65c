// Where an address lies among an organisation's named locations, and what cannot be said of it.
import { z } from 'zod';
import { parseAddress, parsePrefix } from './address.ts';
import type { NamedLocation } from './named-location.ts';
import { everyPort } from './port-set.ts';
import { type PrefixEntry, blockOfPrefix, buildPrefixTrie, findPrefixes } from './prefix-trie.ts';

/** Who told of a location: the organisation's edge, or a file that was imported here. */
export const locationSource = z.enum(['edge', 'imported']);
export type LocationSource = z.infer<typeof locationSource>;

export const locationVerdict = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('inside'),
    /** Every one that holds the address, the trusted ones first. */
    locations: z.array(z.object({ name: z.string(), trusted: z.boolean(), source: locationSource })),
  }),
  /** In no range of any location. */
  z.object({ kind: z.literal('outside') }),
  z.object({
    kind: z.literal('not-judged'),
    /** `no-ranges`: the only locations that are known go by country or by something else than addresses. */
    reason: z.enum(['no-locations', 'no-ranges', 'address-unknown']),
  }),
]);
export type LocationVerdict = z.infer<typeof locationVerdict>;

export type SourcedLocation = NamedLocation & { readonly source: LocationSource };

export type LocationIndex = {
  /** @param address canonical text, or null where it is not known */
  readonly judge: (address: string | null) => LocationVerdict;
};

export function buildLocationIndex(locations: readonly SourcedLocation[]): LocationIndex {
  const entries = locations.flatMap((location, rank) =>
    location.kind === 'ranges' ? entriesOf(location.ranges, rank) : [],
  );
  const trie = buildPrefixTrie(entries);
  return {
    judge(text) {
      if (locations.length === 0) return { kind: 'not-judged', reason: 'no-locations' };
      if (entries.length === 0) return { kind: 'not-judged', reason: 'no-ranges' };
      const address = text === null ? null : parseAddress(text);
      if (address === null) return { kind: 'not-judged', reason: 'address-unknown' };
      const ranks = [...new Set(findPrefixes(trie, address))].sort((a, b) => a - b);
      const inside = ranks.flatMap((rank) => {
        const found = locations[rank];
        return found?.kind === 'ranges' ? [found] : [];
      });
      if (inside.length === 0) return { kind: 'outside' };
      const trustedFirst = inside.toSorted((a, b) => Number(b.trusted) - Number(a.trusted));
      return {
        kind: 'inside',
        locations: trustedFirst.map(({ name, trusted, source }) => ({ name, trusted, source })),
      };
    },
  };
}

function entriesOf(ranges: readonly string[], rank: number): readonly PrefixEntry[] {
  return ranges
    .map(parsePrefix)
    .filter((prefix) => prefix !== null)
    .map((prefix) => ({ block: blockOfPrefix(prefix), ports: everyPort, rank }));
}
