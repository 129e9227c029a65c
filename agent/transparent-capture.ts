// Transparent capture joined: the system's name servers, the addresses that stand for names and the kernel's rules, kept in
// step with profiles, mode and network.
import { join } from 'node:path';
import { type Family, parseAddress } from '../protocol/address.ts';
import { explain } from '../protocol/error.ts';
import { accountId } from './system-id.ts';
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import type { TransparentFacts } from './core/health-facts.ts';
import { captureObstacle, type CaptureObstacle } from './core/capture-obstacle.ts';
import type { TransparentCaptureFacts } from './core/status-inputs.ts';
import { type CapturePlan, leanPlan, planCapture } from './core/capture-plan.ts';
import { formatBlock } from './core/disjoint-blocks.ts';
import type { OpenFlow } from './core/flow.ts';
import type { DnsEndpoint as RulesEndpoint } from './core/nft-ruleset.ts';
import { formatNameserver } from './core/resolver-config.ts';
import { type DnsResponder, startDnsResponder } from './dns/responder.ts';
import { openSyntheticAddresses, type SyntheticAddressFile } from './dns/synthetic-address-file.ts';
import { type SystemResolvers, watchSystemResolvers } from './dns/system-resolvers.ts';
import type { OwnListener } from './flow/loop-guard.ts';
import type { Hostnames } from './hostnames.ts';
import type { Log } from './log.ts';
import { createAcquiredNames } from './acquired-names.ts';
import type { DecisionContext } from './policy/decision.ts';
import type { Random } from './random.ts';
import { type Prevented, startTransparent, type Transparent } from './transparent/transparent.ts';

export type TransparentCapture = {
  readonly shown: () => TransparentCaptureFacts;
  /** For the health checks. */
  readonly facts: () => TransparentFacts;
  /** The real addresses of acquired names, each with a name behind it; null where names are not acquired. */
  readonly acquiredAddresses: () => ReadonlyMap<string, string> | null;
  /** Never to be dialled: a flow to them would come back for ever. */
  readonly listeners: () => readonly OwnListener[];
  /** Profiles or mode differ: what is captured follows. */
  readonly changed: () => void;
  readonly networkChanged: () => void;
  /** Takes no more flows; resolves when the last has ended, or was reset after `graceMs`. */
  readonly drain: (graceMs: number) => Promise<void>;
};

export type TransparentCaptureSetup = {
  readonly config: AgentConfig['capture'];
  readonly stateDir: string;
  readonly openFlow: OpenFlow;
  /** What decisions rest on at this moment. */
  readonly context: () => DecisionContext;
  readonly hostnames: Hostnames;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** What is shown may differ. */
  readonly onChange: () => void;
};

/**
 * Captures from its return on, or tells what is in the way.
 *
 * @throws OpenGsaError `bad-config`
 */
export async function startTransparentCapture(
  setup: TransparentCaptureSetup,
): Promise<TransparentCapture | Prevented> {
  const { config, stateDir, clock, log } = setup;
  const range = config.transparent.syntheticRange;
  const onlyUser = config.transparent.onlyUser;
  const onlyUid = onlyUser === null ? null : await accountId(onlyUser);
  const file = await openSyntheticAddresses(
    join(stateDir, 'synthetic-addresses.json'),
    range,
    clock,
    (error) => log.write('error', 'synthetic addresses cannot be stored', { reason: explain(error) }),
  );
  const transparent = await startTransparent({
    // Another system than Linux has no number for it, and nothing is captured there.
    uid: process.getuid?.() ?? 0,
    onlyUid,
    syntheticRange: range,
    openFlow: setup.openFlow,
    nameOf: (address) => file.addresses.nameOf(address, clock.now()),
    onFault: (what) => log.write('warn', 'transparent capture', { reason: what }),
    clock,
  });
  if (transparent.kind === 'prevented') {
    await file.close();
    return transparent;
  }
  return follow(setup, transparent, file);
}

/** What is captured, and why the rules do not say so where they do not. */
type Following = { plan: CapturePlan; fault: CaptureObstacle | null };

async function follow(
  setup: TransparentCaptureSetup,
  transparent: Transparent,
  file: SyntheticAddressFile,
): Promise<TransparentCapture> {
  const { clock, log, onChange } = setup;
  const following: Following = { plan: leanPlan({ namePorts: [] }), fault: null };
  const names = createAcquiredNames({
    ...{ context: setup.context, hostnames: setup.hostnames, clock, transparent },
    addresses: file.addresses,
    ports: () => following.plan.namePorts,
  });
  let responder: DnsResponder | null = null;
  const resolvers = await watchSystemResolvers({
    clock,
    onChange: (nameservers) => void responder?.setNameservers(nameservers).then(refresh),
    onFault: (error) => log.write('warn', 'name servers cannot be followed', { reason: explain(error) }),
  });
  responder = await startDnsResponder({
    acquire: names.acquire,
    asked: setup.hostnames.asked,
    learnt: names.learnt,
    nameservers: resolvers.current(),
    port: 0,
    syntheticRange: setup.config.transparent.syntheticRange,
    onFault: (nameserver, error) =>
      log.write(
        'error',
        'a name server is not captured',
        { reason: error.code },
        { nameserver: formatNameserver(nameserver) },
      ),
    clock,
    random: setup.random,
  });
  const dns = responder;
  const refresh = oneAtATime(async () => {
    following.plan = planOf(setup, transparent, following.plan);
    try {
      await transparent.apply(following.plan, following.plan.acquiresNames ? endpointsOf(dns) : []);
      following.fault = null;
    } catch (error) {
      following.fault = captureObstacle('rules-refused', explain(error));
      log.write('error', 'the capture does not follow', { reason: explain(error) });
    }
    names.guardAgain();
    onChange();
  });
  await refresh();
  return {
    shown: () => shownOf(transparent, following, dns, names.count()),
    facts: () => {
      const { state, obstacles, subnets } = shownOf(transparent, following, dns, names.count());
      return { state, obstacles, ipv6Subnets: subnets.ipv6, capturedName: names.example() };
    },
    acquiredAddresses: names.realAddresses,
    listeners: transparent.ownListeners,
    changed: () => void refresh(),
    networkChanged: () => {
      void resolvers.look();
      void transparent.look().then(onChange);
    },
    drain: (graceMs) => drain({ transparent, dns, resolvers, file }, graceMs),
  };
}

type Parts = {
  readonly transparent: Transparent;
  readonly dns: DnsResponder;
  readonly resolvers: SystemResolvers;
  readonly file: SyntheticAddressFile;
};

/** Questions are redirected no longer before those who answer them go. */
async function drain({ transparent, dns, resolvers, file }: Parts, graceMs: number): Promise<void> {
  resolvers.stop();
  const late = setTimeout(() => void transparent.close(), graceMs);
  await transparent.drain();
  clearTimeout(late);
  await dns.close();
  await file.close();
}

function planOf(
  { config, context }: TransparentCaptureSetup,
  { capturesIpv6 }: Transparent,
  before: CapturePlan,
): CapturePlan {
  const { mode, matchers, programRules } = context();
  if (mode !== 'on') return leanPlan(before);
  // Which program it is shows when the flow is there.
  const byProgram = programRules.map(({ matcher }) => matcher);
  return planCapture(matchers, { synthetic: config.transparent.syntheticRange, capturesIpv6, byProgram });
}

function shownOf(
  transparent: Transparent,
  { plan, fault }: Following,
  dns: DnsResponder,
  names: number,
): TransparentCaptureFacts {
  const obstacles = [...transparent.obstacles(), ...(fault === null ? [] : [fault])];
  const isPrevented = obstacles.some(({ effect }) => effect === 'prevents');
  const ofFamily = (family: Family): number =>
    new Set(plan.subnets.flatMap(({ block }) => (block.family === family ? [formatBlock(block)] : []))).size;
  return {
    state: isPrevented ? 'failed' : plan.acquiresNames ? 'on' : 'idle',
    names,
    subnets: { ipv4: ofFamily('ipv4'), ipv6: ofFamily('ipv6') },
    nameservers: plan.acquiresNames
      ? dns.endpoints().map(({ nameserver }) => formatNameserver(nameserver))
      : [],
    obstacles,
    notCaptured: plan.notCaptured.map(({ destination, reason }) => ({ destination, reason })),
  };
}

/** The rules know name servers by their address; one with a port or a scope of its own is asked directly. */
function endpointsOf(dns: DnsResponder): readonly RulesEndpoint[] {
  return dns.endpoints().flatMap(({ nameserver, listening }) => {
    const address = parseAddress(listening.address);
    return address === null
      ? []
      : [{ nameserver: nameserver.address, listening: { address, port: listening.port } }];
  });
}

/** Runs `act` once more after the run that is under way, however often it was asked for meanwhile. */
function oneAtATime(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const run = (): Promise<void> => {
    if (running !== null) {
      next ??= running.then(() => {
        next = null;
        return run();
      });
      return next;
    }
    running = act().finally(() => (running = null));
    return running;
  };
  return run;
}
