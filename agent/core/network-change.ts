// What differs between two looks at the machine's network, as far as it can change the public address.
import {
  type Address,
  families,
  type Family,
  parseAddress,
  parsePrefix,
  prefixContains,
} from '../../protocol/address.ts';

export type NetworkState = {
  /** Addresses that are up, as `eth0 192.0.2.5/24`. Loopback is not listed: it leads nowhere. */
  readonly addresses: readonly string[];
  /** The default route of each family, as `eth0 via 192.0.2.1`; null: none. May be `unknownGateway`. */
  readonly gateways: Readonly<Record<Family, string | null>>;
};

/** In place of a default route where the system does not tell whether there is one. */
export const unknownGateway = 'unknown';

/** How much time lay between the two looks by each clock, in ms, and how much should have. */
export type Passage = {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly expectedMs: number;
};

export type NetworkDelta = {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Families whose default route differs. */
  readonly gateways: readonly Family[];
  /** The machine or this process stood still for about so long; null: it did not. */
  readonly wokeAfterMs: number | null;
  /** The wall clock was set by so much against the monotonic one; null: it was not. */
  readonly clockJumpMs: number | null;
};

/** A busy machine may delay a look by seconds; a sleep that matters is longer. */
const standstillMs = 10_000;
/** Time services slew the clock by far less between two looks. */
const jumpMs = 2000;

/** The difference that may matter to an egress address, or null. */
export function networkDelta(
  before: NetworkState,
  after: NetworkState,
  passage: Passage,
): NetworkDelta | null {
  const delta: NetworkDelta = {
    added: after.addresses.filter((entry) => !before.addresses.includes(entry) && isRelevant(entry)),
    removed: before.addresses.filter((entry) => !after.addresses.includes(entry) && isRelevant(entry)),
    gateways: families.filter((family) => before.gateways[family] !== after.gateways[family]),
    wokeAfterMs: wokeAfter(passage),
    clockJumpMs: clockJump(passage),
  };
  const differs =
    delta.added.length + delta.removed.length + delta.gateways.length > 0 ||
    delta.wokeAfterMs !== null ||
    delta.clockJumpMs !== null;
  return differs ? delta : null;
}

/**
 * Whether the Internet may be reached from here: a family with a default route, and an address that is more than
 * link-local. An unknown route may be one.
 */
export function hasWayOut(state: NetworkState): boolean {
  const present = state.addresses.filter(isRelevant).map((entry) => addressOf(entry)?.family);
  return families.some((family) => state.gateways[family] !== null && present.includes(family));
}

/** One line for a log: `removed eth0 192.0.2.5/24, ipv4 gateway, woke after 90 s`. */
export function formatDelta(delta: NetworkDelta): string {
  return [
    ...delta.added.map((entry) => `added ${entry}`),
    ...delta.removed.map((entry) => `removed ${entry}`),
    ...delta.gateways.map((family) => `${family} gateway`),
    ...(delta.wokeAfterMs === null ? [] : [`woke after ${Math.round(delta.wokeAfterMs / 1000)} s`]),
    ...(delta.clockJumpMs === null ? [] : [`clock set by ${Math.round(delta.clockJumpMs / 1000)} s`]),
  ].join(', ');
}

/** Link-local addresses come and go with every virtual interface and never reach the Internet. */
function isRelevant(entry: string): boolean {
  const address = addressOf(entry);
  return address !== null && !linkLocal.some((range) => prefixContains(range, address));
}

function addressOf(entry: string): Address | null {
  return parseAddress(/ ([^ /]+)/.exec(entry)?.[1] ?? '');
}

const linkLocal = ['169.254.0.0/16', 'fe80::/10'].map(parsePrefix).filter((range) => range !== null);

/** The monotonic clock stands still in a suspend on some systems, so the longer of the two passages counts. */
function wokeAfter({ wallMs, monotonicMs, expectedMs }: Passage): number | null {
  const passed = Math.max(wallMs, monotonicMs);
  return passed > expectedMs + standstillMs ? passed : null;
}

function clockJump({ wallMs, monotonicMs }: Passage): number | null {
  const jump = wallMs - monotonicMs;
  return Math.abs(jump) > jumpMs ? jump : null;
}
