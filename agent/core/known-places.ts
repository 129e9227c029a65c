// Which hosts and addresses say nothing about a person: those that the Microsoft profile, the organisation's rules and its edge name.
import {
  type Address,
  isUnspecified,
  parseAddress,
  parsePrefix,
  type Prefix,
} from '../../protocol/address.ts';
import { buildHostIndex, findHost, noRank } from '../../protocol/host-index.ts';
import { compileHostPattern, type HostPattern } from '../../protocol/host-pattern.ts';
import { everyPort } from '../../protocol/port-set.ts';
import {
  type Block,
  blockOfPrefix,
  blocksOfRange,
  buildPrefixTrie,
  findPrefixes,
} from '../../protocol/prefix-trie.ts';
import type { Profile, Rule } from '../../protocol/profile.ts';
import { specialRange } from '../../protocol/special-purpose.ts';

export type KnownPlaces = {
  /** @param name canonical */
  readonly holdsName: (name: string) => boolean;
  readonly holdsAddress: (address: Address) => boolean;
  /** Whether it is one of the ranges, or lies in one. */
  readonly holdsPrefix: (prefix: Prefix) => boolean;
};

export type PlacesNamed = {
  readonly profiles: readonly Profile[];
  /** Host patterns, host names, addresses and prefixes from elsewhere: configuration, the edge's view, its own names. */
  readonly texts: readonly string[];
  /** Ranges that are told as they are, and whose addresses are not. */
  readonly ranges: readonly string[];
};

/** A pattern that takes in half the Internet names no place: whoever goes there is not said by it. */
const leastLabels = 2;
const leastLength = { ipv4: 8, ipv6: 16 } as const;

export function knownPlaces({ profiles, texts, ranges }: PlacesNamed): KnownPlaces {
  const rules = profiles.flatMap((profile) => profile.policies.flatMap((policy) => policy.rules));
  const named = [
    ...texts,
    ...rules.flatMap((rule) =>
      rule.ruleType === 'fqdn' || rule.ruleType === 'ipSubnet' || rule.ruleType === 'ipAddress'
        ? rule.destinations.map(({ value }) => value)
        : [],
    ),
  ];
  const prefixes = named.map(parsePrefix).filter((prefix) => prefix !== null);
  const blocks = [...prefixes.map(blockOfPrefix), ...rules.flatMap(blocksOfRule)];
  const narrow = blocks.filter(({ family, length }) => length >= leastLength[family]);
  const patterns = named
    .filter((text) => parsePrefix(text) === null)
    .map((text) => compileHostPattern(text.toLowerCase()))
    .filter(namesPlace);
  const index = buildHostIndex(patterns.map((pattern, rank) => ({ pattern, ports: everyPort, rank })));
  const trie = buildPrefixTrie(narrow.map((block, rank) => ({ block, ports: everyPort, rank })));
  const told = new Set([...ranges, ...named]);
  const holdsAddress = (address: Address): boolean =>
    saysNothing(address) || findPrefixes(trie, address).length > 0;
  return {
    holdsName: (name) => isThisMachine(name) || findHost(index, name, 443) !== noRank,
    holdsAddress,
    holdsPrefix: (prefix) =>
      told.has(`${prefix.address.text}/${prefix.length}`) || holdsAddress(prefix.address),
  };
}

function blocksOfRule(rule: Rule): readonly Block[] {
  if (rule.ruleType !== 'ipRange') return [];
  return rule.destinations.flatMap(({ beginAddress, endAddress }) => {
    const [begin, end] = [parseAddress(beginAddress), parseAddress(endAddress)];
    return begin === null || end === null ? [] : blocksOfRange(begin, end);
  });
}

function namesPlace({ kind, suffix }: HostPattern): boolean {
  return kind === 'exact' || suffix.split('.').filter((label) => label !== '').length >= leastLabels;
}

function isThisMachine(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

/** The same on every machine. */
function saysNothing(address: Address): boolean {
  const range = specialRange(address);
  return isUnspecified(address) || range === 'loopback' || range === 'multicast' || range === 'broadcast';
}
