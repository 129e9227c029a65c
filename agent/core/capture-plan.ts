// What is captured transparently, from the enabled profiles: which names' ports, which subnets, what is refused while no
// agent lives, and what cannot be captured and why. It may take too much, never too little: each flow is decided later.
import { addressOfBytes, type Prefix } from '../../protocol/address.ts';
import type { Matcher, RankedDestination } from '../../protocol/matcher.ts';
import { rankDestinations } from '../../protocol/matcher.ts';
import { compilePorts, hasPort, type PortSet } from '../../protocol/port-set.ts';
import {
  type Block,
  blockOfPrefix,
  buildPrefixTrie,
  findPrefixes,
  type PrefixTrie,
} from '../../protocol/prefix-trie.ts';
import type { Hardening, Rule } from '../../protocol/profile.ts';
import { type BlockPiece, blocksOverlap, disjointPieces, type PortedBlock } from './disjoint-blocks.ts';

export type CapturePlan = {
  /** TCP ports that are captured for synthetic addresses. */
  readonly namePorts: readonly number[];
  /** Captured subnets of both families, disjoint, each piece of one port. */
  readonly subnets: readonly { readonly block: Block; readonly port: number }[];
  /** Subnets to which QUIC (UDP 443) is refused, so that programs take TCP at once. */
  readonly withoutQuic: readonly Block[];
  /** Subnets that nobody may reach past the agent: their rules are hardened `block`. Disjoint. */
  readonly guarded: readonly BlockPiece[];
  /** The part of them that is refused over UDP 443 too. */
  readonly guardedQuic: readonly Block[];
  /** TCP ports of names whose rules are hardened `block`, as disjoint ranges in rising order. */
  readonly guardedNamePorts: readonly { readonly begin: number; readonly end: number }[];
  readonly notCaptured: readonly NotCaptured[];
  /** Whether questions to name servers are answered by the agent. */
  readonly acquiresNames: boolean;
};

export type NotCaptured = {
  readonly ruleId: string;
  /** As the rule writes it. */
  readonly destination: string;
  readonly reason: NotCapturedReason;
  /** What becomes of it therefore: it passes by the agent, or it is refused. */
  readonly hardening: Hardening;
};

export type NotCapturedReason =
  /** More ports than there may be listeners; those that other rules have too are captured. */
  | 'too-many-ports'
  /** Larger than what 127.0.0.0/8 has room for. */
  | 'too-large'
  /** Loopback, multicast, or the range of the synthetic addresses. */
  | 'special-range'
  /** Paths and categories are inside TLS. */
  | 'inside-tls'
  /** The module that tells the original destination of an IPv6 connection is not there. */
  | 'no-ipv6-module';

export type PlanOptions = {
  /** The range of the synthetic addresses. */
  readonly synthetic: Prefix;
  readonly capturesIpv6: boolean;
  /** Rules for certain programs; whoever else goes there is subject to the profiles. */
  readonly byProgram?: readonly Matcher[];
};

/** Each captured port has a listener of its own. */
export const maxPorts = 64;
/** The largest subnet that fits into 127.0.0.0/8 beside others. */
const shortestIpv4 = 10;

/** What applications may hold of an earlier plan is served, and nothing is taken besides: paused or disconnected. */
export function leanPlan({ namePorts }: Pick<CapturePlan, 'namePorts'>): CapturePlan {
  return {
    namePorts,
    subnets: [],
    withoutQuic: [],
    guarded: [],
    guardedQuic: [],
    guardedNamePorts: [],
    notCaptured: [],
    acquiresNames: false,
  };
}

/** @param matchers the enabled profiles, the smallest priority first */
export function planCapture(matchers: readonly Matcher[], options: PlanOptions): CapturePlan {
  // Each for itself: what one has for its programs it takes away from nobody else, hardening included.
  const byProgram = (options.byProgram ?? []).flatMap((matcher) => forwardedTcp([matcher]));
  const wanted = [...byProgram, ...forwardedTcp(matchers)];
  const { ports, left } = choosePorts(wanted);
  const names = wanted.filter(({ target }) => target.kind === 'name');
  const blocks = wanted.flatMap((destination) => withBlock(destination));
  const reasons = blocks.map((entry) => ({ entry, reason: blockObstacle(entry.block, options) }));
  const captured = reasons.filter(({ reason }) => reason === null).map(({ entry }) => entry);
  const kept = captured.map((entry) => ({ ...entry, ports: only(entry.ports, ports) }));
  const guarded = reasons
    .filter(({ entry, reason }) => entry.hardening === 'block' && reason !== 'special-range')
    .map(({ entry }) => entry);
  return {
    namePorts: ports.filter((port) => names.some((name) => hasPort(name.ports, port))),
    subnets: disjointPieces(kept).flatMap(({ block, begin, end }) =>
      Array.from({ length: end - begin + 1 }, (_, i) => ({ block, port: begin + i })),
    ),
    withoutQuic: blocksOn(captured, 443),
    guarded: disjointPieces(guarded),
    guardedQuic: blocksOn(guarded, 443),
    guardedNamePorts: rangesOf(names.filter(({ match }) => match.rule.clientFallbackAction === 'block')),
    notCaptured: [
      ...left.map(({ match }) => notCaptured(match.rule, match.destination, 'too-many-ports')),
      ...reasons.flatMap(({ entry: { match }, reason }) =>
        reason === null ? [] : [notCaptured(match.rule, match.destination, reason)],
      ),
      ...insideTls(matchers),
    ],
    acquiresNames: true,
  };
}

/** What the profiles forward, without destinations that earlier rules take away entirely. */
function forwardedTcp(matchers: readonly Matcher[]): readonly RankedDestination[] {
  const ranked = matchers.flatMap(({ profile }) => rankDestinations(profile));
  const tcp = ranked.filter(({ match }) => match.rule.protocol === 'tcp');
  const trie = buildPrefixTrie(
    tcp.flatMap(({ ports, target }, rank) =>
      target.kind === 'block' ? [{ block: target.block, ports, rank }] : [],
    ),
  );
  return tcp.filter(
    (destination, rank) => isForwarded(destination) && !isTaken(destination, rank, tcp, trie),
  );
}

function isForwarded({ match: { policy, rule } }: RankedDestination): boolean {
  return policy.state === 'enabled' && rule.action === 'forward';
}

function isTaken(
  { ports, target }: RankedDestination,
  rank: number,
  tcp: readonly RankedDestination[],
  trie: PrefixTrie,
): boolean {
  if (target.kind === 'name') return false;
  return findPrefixes(trie, addressOfBytes(target.block.bytes)).some((earlier) => {
    const other = tcp[earlier];
    return (
      earlier < rank &&
      other?.target.kind === 'block' &&
      other.target.block.length <= target.block.length &&
      includes(other.ports, ports)
    );
  });
}

function includes(outer: PortSet, inner: PortSet): boolean {
  for (let i = 0; i < inner.length; i += 2) {
    const [begin = 0, end = 0] = [inner[i], inner[i + 1]];
    if (
      !Array.from({ length: outer.length >> 1 }, (_, j) => j).some(
        (j) => (outer[2 * j] ?? 0) <= begin && end <= (outer[2 * j + 1] ?? 0),
      )
    )
      return false;
  }
  return true;
}

/** Ports in rising order. The smallest sets come first, so that a wide range costs no other rule its port. */
function choosePorts(wanted: readonly RankedDestination[]): {
  readonly ports: readonly number[];
  readonly left: readonly RankedDestination[];
} {
  const chosen = new Set<number>();
  const left = wanted
    .toSorted((a, b) => portCount(a.ports) - portCount(b.ports))
    .filter(({ ports }) => {
      if (portCount(ports) > maxPorts) return true;
      const all = new Set([...chosen, ...listPorts(ports)]);
      if (all.size > maxPorts) return true;
      all.forEach((port) => chosen.add(port));
      return false;
    });
  return { ports: [...chosen].sort((a, b) => a - b), left };
}

function portCount(ports: PortSet): number {
  let count = 0;
  for (let i = 0; i < ports.length; i += 2) count += (ports[i + 1] ?? 0) - (ports[i] ?? 0) + 1;
  return count;
}

function listPorts(ports: PortSet): readonly number[] {
  const list: number[] = [];
  for (let i = 0; i < ports.length; i += 2) {
    for (let port = ports[i] ?? 0; port <= (ports[i + 1] ?? 0); port++) list.push(port);
  }
  return list;
}

function only(ports: PortSet, chosen: readonly number[]): PortSet {
  return compilePorts(chosen.filter((port) => hasPort(ports, port)).map(String));
}

type WantedBlock = PortedBlock & {
  readonly match: RankedDestination['match'];
  readonly hardening: Hardening;
};

function withBlock({ match, ports, target }: RankedDestination): readonly WantedBlock[] {
  if (target.kind === 'name') return [];
  return [{ block: target.block, ports, match, hardening: match.rule.clientFallbackAction }];
}

const specialBlocks: readonly Block[] = [
  { family: 'ipv4', bytes: [127, 0, 0, 0], length: 8 },
  { family: 'ipv4', bytes: [224, 0, 0, 0], length: 3 },
  { family: 'ipv6', bytes: [...new Array<number>(15).fill(0), 1], length: 128 },
  { family: 'ipv6', bytes: [0xff, ...new Array<number>(15).fill(0)], length: 8 },
];

function blockObstacle(
  block: Block,
  { synthetic, capturesIpv6 }: PlanOptions,
): Exclude<NotCapturedReason, 'too-many-ports' | 'inside-tls'> | null {
  if (block.family === 'ipv4' && block.length < shortestIpv4) return 'too-large';
  if ([...specialBlocks, blockOfPrefix(synthetic)].some((special) => blocksOverlap(special, block))) {
    return 'special-range';
  }
  return block.family === 'ipv6' && !capturesIpv6 ? 'no-ipv6-module' : null;
}

function blocksOn(entries: readonly PortedBlock[], port: number): readonly Block[] {
  const onPort = entries.filter(({ ports }) => hasPort(ports, port));
  return disjointPieces(onPort.map(({ block }) => ({ block, ports: Uint16Array.of(port, port) }))).map(
    ({ block }) => block,
  );
}

function rangesOf(destinations: readonly RankedDestination[]): CapturePlan['guardedNamePorts'] {
  const texts = destinations.flatMap(({ match }) => match.rule.ports);
  const ports = compilePorts(texts);
  return Array.from({ length: ports.length >> 1 }, (_, i) => ({
    begin: ports[2 * i] ?? 0,
    end: ports[2 * i + 1] ?? 0,
  }));
}

function insideTls(matchers: readonly Matcher[]): readonly NotCaptured[] {
  return matchers.flatMap(({ profile }) =>
    profile.policies
      .filter(({ state }) => state === 'enabled')
      .flatMap(({ rules }) => rules)
      .flatMap((rule) => {
        if (rule.action !== 'forward' || rule.protocol !== 'tcp') return [];
        if (rule.ruleType === 'url') {
          return rule.destinations.map(({ value }) => notCaptured(rule, value, 'inside-tls'));
        }
        if (rule.ruleType !== 'webCategory') return [];
        return rule.destinations.map(({ name }) => notCaptured(rule, name, 'inside-tls'));
      }),
  );
}

function notCaptured(rule: Rule, destination: string, reason: NotCapturedReason): NotCaptured {
  return { ruleId: rule.id, destination, reason, hardening: rule.clientFallbackAction };
}
