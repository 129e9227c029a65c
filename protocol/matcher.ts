// A profile made ready for decisions: which of its rules a destination falls under.
import { parseAddress, parsePrefix } from './address.ts';
import type { Host, TransportProtocol } from './destination.ts';
import { OpenGsaError } from './error.ts';
import { type HostIndex, buildHostIndex, findHost, noRank } from './host-index.ts';
import { type HostPattern, compileHostPattern } from './host-pattern.ts';
import { type PortSet, compilePorts } from './port-set.ts';
import {
  type Block,
  type PrefixTrie,
  blockOfPrefix,
  blocksOfRange,
  buildPrefixTrie,
  findPrefix,
} from './prefix-trie.ts';
import type { Policy, Profile, Rule } from './profile.ts';

export type Match = {
  readonly profile: Profile;
  readonly policy: Policy;
  readonly rule: Rule;
  /** The pattern, prefix, address or range that matched, as the rule writes it. */
  readonly destination: string;
};

export type Matcher = {
  readonly profile: Profile;
  /**
   * The rule that names the destination, or null. Policies and rules count whatever their state and action.
   *
   * A name is compared with patterns only, an address with prefixes only. The highest category wins (optimized, allow,
   * default); within it an exact name before a pattern with stars, then the longest literal part or prefix, then the
   * lowest endpoint set, then the order in the profile.
   *
   * @param host canonical, from `parseHost`
   */
  readonly match: (host: Host, port: number, protocol: TransportProtocol) => Match | null;
};

/** One destination of a rule, ready to be compared. */
export type RankedDestination = {
  readonly match: Match;
  readonly ports: PortSet;
  /** What one destination stands for: one pattern, one prefix, or the blocks of a range. */
  readonly target:
    | { readonly kind: 'name'; readonly pattern: HostPattern }
    | { readonly kind: 'block'; readonly block: Block };
};

type ProtocolIndex = { readonly names: HostIndex; readonly addresses: PrefixTrie };

export function compileProfile(profile: Profile): Matcher {
  const candidates = rankDestinations(profile);
  const matches = candidates.map(({ match }) => match);
  const tcp = buildIndex(candidates, 'tcp');
  const udp = buildIndex(candidates, 'udp');
  return {
    profile,
    match: (host, port, protocol) => {
      const index = protocol === 'tcp' ? tcp : udp;
      const rank =
        host.kind === 'name'
          ? findHost(index.names, host.name, port)
          : findPrefix(index.addresses, host.address, port);
      return rank === noRank ? null : (matches[rank] ?? null);
    },
  };
}

/** Every destination of the profile that can match; of those that match a flow, the first one decides. */
export function rankDestinations(profile: Profile): readonly RankedDestination[] {
  return profile.policies
    .flatMap((policy) => policy.rules.flatMap((rule) => candidatesOf(profile, policy, rule)))
    .sort(compareCandidates);
}

/** What puts one matching destination before another, most important first. */
export type Precedence = 'category' | 'exactness' | 'length' | 'endpoint-set' | 'order';

type Comparison = (a: RankedDestination, b: RankedDestination) => number;

const comparisons: Readonly<Record<Exclude<Precedence, 'order'>, Comparison>> = {
  category: (a, b) => categoryRank[a.match.rule.category] - categoryRank[b.match.rule.category],
  exactness: (a, b) => starRank(a) - starRank(b),
  length: (a, b) => literalLength(b) - literalLength(a),
  'endpoint-set': (a, b) => setRank(a) - setRank(b),
};

const inOrder = Object.values(comparisons);

/** Where the rule stands among those that match: the order of `Matcher.match`. The sort is stable. */
function compareCandidates(a: RankedDestination, b: RankedDestination): number {
  for (const compare of inOrder) {
    const difference = compare(a, b);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Why `first` comes before `second`; `order` where only their places in the profile tell them apart. */
export function precedenceOf(first: RankedDestination, second: RankedDestination): Precedence {
  const differing = Object.entries(comparisons).find(([, compare]) => compare(first, second) !== 0);
  return (differing?.[0] as Precedence | undefined) ?? 'order';
}

const categoryRank = { optimized: 0, allow: 1, default: 2 } as const;

function starRank({ target }: RankedDestination): number {
  return target.kind === 'name' && target.pattern.kind !== 'exact' ? 1 : 0;
}

function literalLength({ target }: RankedDestination): number {
  return target.kind === 'name' ? target.pattern.literals : target.block.length;
}

/** Rules of one's own have no endpoint set; they come after those that do. */
function setRank({ match }: RankedDestination): number {
  return match.rule.endpointSetId ?? Number.MAX_SAFE_INTEGER;
}

function buildIndex(candidates: readonly RankedDestination[], protocol: TransportProtocol): ProtocolIndex {
  const ranked = candidates
    .map(({ match, ports, target }, rank) => ({ match, ports, target, rank }))
    .filter(({ match }) => match.rule.protocol === protocol);
  return {
    names: buildHostIndex(
      ranked.flatMap(({ target, ports, rank }) =>
        target.kind === 'name' ? [{ pattern: target.pattern, ports, rank }] : [],
      ),
    ),
    addresses: buildPrefixTrie(
      ranked.flatMap(({ target, ports, rank }) =>
        target.kind === 'block' ? [{ block: target.block, ports, rank }] : [],
      ),
    ),
  };
}

function candidatesOf(profile: Profile, policy: Policy, rule: Rule): readonly RankedDestination[] {
  const ports = compilePorts(rule.ports);
  const named = (destination: string, target: RankedDestination['target']): RankedDestination => ({
    match: { profile, policy, rule, destination },
    ports,
    target,
  });
  switch (rule.ruleType) {
    case 'fqdn':
      return rule.destinations.map(({ value }) =>
        named(value, { kind: 'name', pattern: compileHostPattern(value) }),
      );
    case 'ipSubnet':
    case 'ipAddress':
      return rule.destinations.map(({ value }) => named(value, { kind: 'block', block: blockOf(value) }));
    case 'ipRange':
      return rule.destinations.flatMap(({ beginAddress, endAddress }) => {
        const text = `${beginAddress}-${endAddress}`;
        return rangeBlocks(beginAddress, endAddress).map((block) => named(text, { kind: 'block', block }));
      });
    case 'url':
    case 'webCategory':
      // Paths and categories are inside TLS; a client that does not inspect cannot see them.
      return [];
  }
}

function blockOf(text: string): Block {
  const prefix = parsePrefix(text);
  if (prefix === null)
    throw new OpenGsaError('internal', `${text} is not a prefix; the profile was not parsed`);
  return blockOfPrefix(prefix);
}

function rangeBlocks(begin: string, end: string): readonly Block[] {
  const [first, last] = [parseAddress(begin), parseAddress(end)];
  if (first === null || last === null) {
    throw new OpenGsaError('internal', `${begin}-${end} is not a range; the profile was not parsed`);
  }
  return blocksOfRange(first, last);
}
