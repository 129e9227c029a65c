// Transparent capture joined: the system's name servers, the addresses that stand for names and the kernel's rules, kept in
// step with profiles, mode and network.
import { join } from 'node:path';
import { type Family, parseAddress } from '../protocol/address.ts';
import { explain } from '../protocol/error.ts';
import { accountId } from './system-id.ts';
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import type { TransparentFacts } from './core/health-facts.ts';
import { captureObstacle, type CaptureObstacle, type Prevented } from './core/capture-obstacle.ts';
import type { TransparentCaptureFacts } from './core/status-inputs.ts';
import { type CapturePlan, leanPlan, planCapture } from './core/capture-plan.ts';
import { formatBlock } from './core/disjoint-blocks.ts';
import type { OpenFlow } from './core/flow.ts';
import type { DnsEndpoint as RulesEndpoint } from './core/nft-ruleset.ts';
import { type CapturedNameserver, formatNameserver, isRedirectable } from './core/resolver-config.ts';
import { type DnsResponder, startDnsResponder } from './dns/responder.ts';
import { openSyntheticAddresses, type SyntheticAddressFile } from './dns/synthetic-address-file.ts';
import { type SystemResolvers, watchSystemResolvers } from './dns/system-resolvers.ts';
import type { OwnListener } from './flow/loop-guard.ts';
import type { Hostnames } from './hostnames.ts';
import type { Log } from './log.ts';
import { type AcquiredNames, createAcquiredNames } from './acquired-names.ts';
import type { DecisionContext } from './policy/decision.ts';
import type { Random } from './random.ts';
import { createRefresher, type Refresher } from './refresher.ts';
import { startTransparent, type Transparent } from './transparent/transparent.ts';

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

/** What is captured, from which name servers, and why the rules do not say so where they do not. */
type Following = {
  plan: CapturePlan;
  nameservers: readonly CapturedNameserver[];
  fault: CaptureObstacle | null;
};

/** A refusal may be another program's doing, and over as soon as that is done. */
const retryMs = 5_000;
/** What is in the way is looked for again until it has gone: nobody tells that a remedy was taken. */
const lookAgainMs = 10_000;

async function follow(
  setup: TransparentCaptureSetup,
  transparent: Transparent,
  file: SyntheticAddressFile,
): Promise<TransparentCapture> {
  const { clock, log, onChange } = setup;
  const following: Following = { plan: leanPlan({ namePorts: [] }), nameservers: [], fault: null };
  const names = createAcquiredNames({
    ...{ context: setup.context, hostnames: setup.hostnames, clock, transparent },
    addresses: file.addresses,
    ports: () => following.plan.namePorts,
  });
  const dns = await startResponder(setup, names);
  const refresher = createRefresher(
    async () => {
      following.fault = await bringUpToDate(setup, transparent, dns, following);
      names.guardAgain();
      onChange();
      return following.fault === null;
    },
    { clock, retryMs },
  );
  const lookout = createRefresher(
    async () => {
      const isClear = await transparent.look();
      onChange();
      return isClear;
    },
    { clock, retryMs: lookAgainMs },
  );
  const resolvers = await watchSystemResolvers({
    clock,
    onChange: (nameservers) => {
      following.nameservers = nameservers;
      void refresher.run();
    },
    onFault: (error) => log.write('warn', 'name servers cannot be followed', { reason: explain(error) }),
  });
  await refresher.run();
  if (transparent.obstacles().length > 0) void lookout.run();
  const shown = (): TransparentCaptureFacts => shownOf(transparent, following, dns, names.count());
  return {
    shown,
    facts: () => {
      const { state, obstacles, subnets } = shown();
      return { state, obstacles, ipv6Subnets: subnets.ipv6, capturedName: names.example() };
    },
    acquiredAddresses: names.realAddresses,
    listeners: transparent.ownListeners,
    changed: () => void refresher.run(),
    networkChanged: () => {
      void resolvers.look();
      void lookout.run();
    },
    drain: (graceMs) =>
      drain({ transparent, dns, resolvers, refreshers: [refresher, lookout], file }, graceMs),
  };
}

function startResponder(setup: TransparentCaptureSetup, names: AcquiredNames): Promise<DnsResponder> {
  const { config, hostnames, clock, random, log } = setup;
  return startDnsResponder({
    ...{ clock, random, port: 0, nameservers: [], syntheticRange: config.transparent.syntheticRange },
    acquire: names.acquire,
    asked: hostnames.asked,
    learnt: names.learnt,
    onFault: (nameserver, { code }) => {
      const facts = { nameserver: formatNameserver(nameserver) };
      log.write('error', 'a name server is not captured', { reason: code }, facts);
    },
  });
}

/** What is in the way of it, or null where all is as profiles, mode and name servers say. */
async function bringUpToDate(
  setup: TransparentCaptureSetup,
  transparent: Transparent,
  dns: DnsResponder,
  following: Following,
): Promise<CaptureObstacle | null> {
  following.plan = planOf(setup, transparent, following.plan);
  try {
    await dns.setNameservers(following.nameservers.filter(({ nameserver }) => isRedirectable(nameserver)));
    await transparent.apply(following.plan, following.plan.acquiresNames ? endpointsOf(dns) : []);
    return null;
  } catch (error) {
    setup.log.write('error', 'the capture does not follow', { reason: explain(error) });
    return captureObstacle('rules-refused', explain(error));
  }
}

type Parts = {
  readonly transparent: Transparent;
  readonly dns: DnsResponder;
  readonly resolvers: SystemResolvers;
  readonly refreshers: readonly Refresher[];
  readonly file: SyntheticAddressFile;
};

/** Questions are redirected no longer before those who answer them go. */
async function drain(
  { transparent, dns, resolvers, refreshers, file }: Parts,
  graceMs: number,
): Promise<void> {
  resolvers.stop();
  for (const refresher of refreshers) refresher.stop();
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
  following: Following,
  dns: DnsResponder,
  names: number,
): TransparentCaptureFacts {
  const { plan } = following;
  const obstacles = [
    ...transparent.obstacles(),
    ...[following.fault, scopedObstacle(following)].filter((obstacle) => obstacle !== null),
  ];
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

function scopedObstacle({ plan, nameservers }: Following): CaptureObstacle | null {
  const passed = nameservers.filter(({ nameserver }) => !isRedirectable(nameserver));
  if (!plan.acquiresNames || passed.length === 0) return null;
  const texts = passed.map(({ nameserver }) => formatNameserver(nameserver));
  return captureObstacle('nameserver-out-of-reach', texts.join(', '));
}

function endpointsOf(dns: DnsResponder): readonly RulesEndpoint[] {
  return dns.endpoints().flatMap(({ nameserver, listening }) => {
    const address = parseAddress(listening.address);
    return address === null
      ? []
      : [{ nameserver: nameserver.address, listening: { address, port: listening.port } }];
  });
}
