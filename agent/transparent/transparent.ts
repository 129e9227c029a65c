// Transparent capture on Linux: connections that programs open anywhere arrive here, by rules in the kernel that rewrite
// their destination into 127.0.0.0/8.
import { existsSync } from 'node:fs';
import { type Address, formatPrefix, type Prefix, unspecified } from '../../protocol/address.ts';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import { blockOfPrefix } from '../../protocol/prefix-trie.ts';
import type { Clock } from '../clock.ts';
import {
  type CaptureObstacle,
  captureObstacle,
  obstacleOfNft,
  obstacleText,
  type Prevented,
  prevented,
} from '../core/capture-obstacle.ts';
import { type CapturePlan, leanPlan } from '../core/capture-plan.ts';
import { formatBlock, withoutContained } from '../core/disjoint-blocks.ts';
import type { OpenFlow } from '../core/flow.ts';
import { originalOf, type Placement, placeSubnets, syntheticOf } from '../core/loopback-blocks.ts';
import type { DnsEndpoint, Endpoint, RulesetOptions } from '../core/nft-ruleset.ts';
import { probeAddressOf } from '../core/synthetic-addresses.ts';
import { watchGuard } from './guard-watch.ts';
import { type Bound, type Listeners, type ListenerSettings, startListeners } from './listeners.ts';
import { type Connection, type LoopFuse, watchForLoops } from './loop-fuse.ts';
import { nftPaths, openNftSession } from './nft-session.ts';
import { addOfflineRoute, removeOfflineRoute } from './offline-route.ts';
import { loadOriginalDestination, type OriginalDestination } from './original-destination.ts';
import { type KeeperSettings, type RuleKeeper, startRuleKeeper } from './rule-keeper.ts';
import { findObstacles, standingObstacle, startProbeTarget } from './self-probe.ts';

export type TransparentSettings = {
  /** The account that this process runs as; its own connections are not captured. */
  readonly uid: number;
  /** The one account that is captured, or null: all but `uid`. */
  readonly onlyUid: number | null;
  /** IPv4, at most 65,536 addresses. */
  readonly syntheticRange: Prefix;
  readonly openFlow: OpenFlow;
  /** The canonical name that a synthetic address stands for, or null. */
  readonly nameOf: (synthetic: Address) => string | null;
  /** Told in plain words of what went wrong and was mended, or is in the way. */
  readonly onFault: (what: string) => void;
  readonly clock: Clock;
  readonly maxConnections?: number;
};

export type Transparent = {
  readonly kind: 'running';
  /** Whether a plan may name IPv6 subnets. */
  readonly capturesIpv6: boolean;
  /** Serves the plan and the name servers in place of earlier ones; flows that are open go on. */
  readonly apply: (plan: CapturePlan, dns: readonly DnsEndpoint[]) => Promise<void>;
  /** What a synthetic address stands for in truth, for what is not captured; null: nothing. */
  readonly setReal: (synthetic: Address, real: Address | null) => void;
  /** The real addresses of names that nobody may reach while the agent is dead, all of them. */
  readonly setLearned: (addresses: readonly Address[]) => void;
  readonly obstacles: () => readonly CaptureObstacle[];
  /** Looks for obstacles again, as after a change of the network; whether there are none to find. Never rejects. */
  readonly look: () => Promise<boolean>;
  readonly connections: () => number;
  /** Captures nothing more, resolves when the last flow has ended by itself, and leaves no rule behind. */
  readonly drain: () => Promise<void>;
  /** Resets every connection and removes the rules. May come during a drain, which then ends. */
  readonly close: () => Promise<void>;
  /** Never to be dialled: a flow to them would come back for ever. */
  readonly ownListeners: () => readonly Endpoint[];
};

const defaultMaxConnections = 8_192;
const probePort = 1;

/**
 * Loads the rules and listens; nothing but the synthetic range is captured until the first `apply`.
 *
 * @throws OpenGsaError `bad-config` for a range that does not fit
 */
export async function startTransparent(settings: TransparentSettings): Promise<Transparent | Prevented> {
  const { uid, onlyUid, syntheticRange } = settings;
  if (syntheticRange.address.family !== 'ipv4' || syntheticRange.length < 16 || syntheticRange.length > 28) {
    throw new OpenGsaError(
      'bad-config',
      `${formatPrefix(syntheticRange)} cannot hold synthetic addresses: it must be IPv4, from /16 to /28`,
    );
  }
  const standing = standingObstacle(uid, onlyUid);
  return standing === null ? start(settings) : prevented(standing);
}

async function start(settings: TransparentSettings): Promise<Transparent | Prevented> {
  const { syntheticRange, onFault, clock } = settings;
  const shared: Shared = { placements: [], loop: null };
  let stopRules = (): Promise<void> => Promise.resolve();
  const tripped = (connection: Connection): void => {
    if (shared.loop !== null) return;
    shared.loop = captureObstacle('loop', formatConnection(connection));
    onFault(obstacleText(shared.loop));
    void stopRules();
  };
  const fuse = watchForLoops(tripped);
  const original = await loadOriginalDestination();
  const target = await startProbeTarget();
  if (target.kind === 'prevented') {
    fuse.stop();
    return target;
  }
  const listeners = await startListeners(listenerSettings(settings, shared, fuse, original));
  const probe = { address: probeAddressOf(syntheticRange), port: probePort };
  const options: RulesetOptions = {
    agentUid: settings.uid,
    onlyUid: settings.onlyUid,
    synthetic: syntheticRange,
    probe: { ...probe, arrives: target.arrives },
    ipv6Listener: listeners.ipv6Port,
  };
  const leave = (): void => {
    fuse.stop();
    target.close();
  };
  const started = await startRules({ options, clock, onFault, openSession: openNftSession });
  if (started.kind === 'prevented') {
    leave();
    await listeners.close();
    return started;
  }
  const { keeper } = started;
  stopRules = keeper.stop;
  const noIpv6 = listeners.ipv6Port === null ? captureObstacle('no-ipv6-capture', String(original)) : null;
  return run(settings, { shared, listeners, keeper, probe, noIpv6, leave });
}

/** The rules first: an agent that has none, because another one has them, must not touch the other's route. */
async function startRules(
  settings: KeeperSettings,
): Promise<{ readonly kind: 'started'; readonly keeper: RuleKeeper } | Prevented> {
  const nothing = { plan: leanPlan({ namePorts: [] }), placements: [], listeners: new Map(), dns: [] };
  let keeper: RuleKeeper;
  try {
    keeper = await startRuleKeeper(settings, nothing);
  } catch (error) {
    return prevented(obstacleOfNft(explain(error)));
  }
  try {
    await addOfflineRoute(formatPrefix(settings.options.synthetic));
  } catch (error) {
    await keeper.stop();
    return prevented(captureObstacle('no-route', explain(error)));
  }
  return { kind: 'started', keeper };
}

/** What the listeners ask and what changes it. */
type Shared = {
  placements: readonly Placement[];
  /** Once the agent has captured itself it captures nothing more. */
  loop: CaptureObstacle | null;
};

type Parts = {
  readonly shared: Shared;
  readonly listeners: Listeners;
  readonly keeper: RuleKeeper;
  readonly probe: Endpoint;
  readonly noIpv6: CaptureObstacle | null;
  readonly leave: () => void;
};

async function run({ syntheticRange, clock }: TransparentSettings, parts: Parts): Promise<Transparent> {
  const { shared, listeners, keeper, probe, noIpv6, leave } = parts;
  let found: readonly CaptureObstacle[] = [];
  let noRoom: CaptureObstacle | null = null;
  let applying: Promise<void> = Promise.resolve();
  const nft = nftPaths.find((path) => existsSync(path)) ?? '';
  const watch = watchGuard(nft, () => void keeper.checkGuard(), clock);

  const apply = async (plan: CapturePlan, dns: readonly DnsEndpoint[]): Promise<void> => {
    if (shared.loop !== null) return;
    const subnets = plan.subnets.map(({ block }) => block).filter(({ family }) => family === 'ipv4');
    const placing = placeSubnets(shared.placements, withoutContained(subnets), clock.monotonic());
    noRoom =
      placing.unplaced.length === 0
        ? null
        : captureObstacle('no-room', placing.unplaced.map(formatBlock).join(', '));
    const ports = [...new Set([...plan.namePorts, ...plan.subnets.map(({ port }) => port)])];
    // Whoever listens is there before anything is sent to it, and goes after.
    const listening = await listeners.open(ports);
    shared.placements = placing.placements;
    await keeper.apply({ plan, placements: placing.placements, listeners: listening, dns });
    listeners.keepOnly(ports);
  };
  const inTurn = (plan: CapturePlan, dns: readonly DnsEndpoint[]): Promise<void> => {
    const turn = applying.then(() => apply(plan, dns));
    applying = turn.catch(() => undefined);
    return turn;
  };
  const look = async (): Promise<boolean> => {
    found = await findObstacles(probe);
    return found.length === 0;
  };
  let ending: Promise<void> | null = null;
  /** After the last flow: without the rules the kernel no longer translates its packets, a reset included. */
  const end = (): Promise<void> => (ending ??= leaveNothing());
  const leaveNothing = async (): Promise<void> => {
    watch.stop();
    await applying;
    await keeper.stop();
    await removeOfflineRoute(formatPrefix(syntheticRange));
    leave();
  };
  await look();
  return {
    kind: 'running',
    capturesIpv6: noIpv6 === null,
    apply: inTurn,
    setReal: keeper.setReal,
    setLearned: keeper.setLearned,
    obstacles: () =>
      shared.loop === null ? [...found, noIpv6, noRoom].filter((o) => o !== null) : [shared.loop],
    look,
    connections: listeners.connections,
    drain: async () => {
      await inTurn(leanPlan({ namePorts: [] }), []).catch(() => undefined);
      await listeners.drain();
      await end();
    },
    close: async () => {
      await listeners.close();
      await end();
    },
    ownListeners: () => listeners.ports().map(({ family, port }) => ({ address: unspecified[family], port })),
  };
}

function listenerSettings(
  { syntheticRange, nameOf, openFlow, maxConnections = defaultMaxConnections }: TransparentSettings,
  shared: Shared,
  fuse: LoopFuse,
  original: OriginalDestination | string,
): ListenerSettings {
  const range = blockOfPrefix(syntheticRange);
  return {
    openFlow,
    maxConnections,
    originalDestination: typeof original === 'string' ? null : original,
    boundFor: (local, port): Bound | null => {
      const synthetic = syntheticOf(range, local);
      if (synthetic !== null) {
        const name = nameOf(synthetic);
        return name === null
          ? null
          : { address: synthetic, destination: { host: { kind: 'name', name }, port } };
      }
      const address = originalOf(shared.placements, local);
      return address === null ? null : { address, destination: { host: { kind: 'address', address }, port } };
    },
    admit: (source, { address, destination: { port } }) => {
      fuse.captured({ from: source, to: { address, port } });
      return shared.loop === null;
    },
  };
}

function formatConnection({ from, to }: Connection): string {
  return `from ${from.address.text} port ${from.port} to ${to.address.text} port ${to.port}`;
}
