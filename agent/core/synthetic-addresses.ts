// The addresses that stand for names on this machine: one name each, for as long as any program may remember it.
import { z } from 'zod';
import {
  type Address,
  addressOfBytes,
  formatPrefix,
  parseAddress,
  type Prefix,
  prefixContains,
} from '../../protocol/address.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { parse } from '../../protocol/parse.ts';

export type SyntheticAddresses = {
  readonly range: Prefix;
  /** The name's address, always the same one; null while the range is full of names that are in use. */
  readonly addressOf: (name: string, nowMs: number) => Address | null;
  /** The name that `address` stands for; null for one that stands for none. Counts as a use. */
  readonly nameOf: (address: Address, nowMs: number) => string | null;
  /** How many addresses were given to a name that had none: a change of it is a reason to store. */
  readonly given: () => number;
  /** For `readSyntheticAddresses`, as JSON; the least recently used first. */
  readonly stored: () => StoredAddresses;
};

/** A name keeps its address at least this long after its last use, in ms; replies live for seconds. */
export const leastRestMs = 60 * 60_000;

/**
 * Left out after the last address that was stored: a crash may have lost those that were given after it, and programs
 * may still hold them.
 */
const restartGap = 256;

const storedAddresses = z.object({
  version: z.literal(1),
  range: z.string(),
  names: z.array(z.object({ name: z.string().min(1).max(253), address: z.string(), usedAt: z.number() })),
});
export type StoredAddresses = z.infer<typeof storedAddresses>;

type Entry = { readonly name: string; readonly index: number; usedMs: number };

/** @throws OpenGsaError `bad-config` for a range that cannot hold names */
export function createSyntheticAddresses(range: Prefix): SyntheticAddresses {
  return poolOf(range, []);
}

/**
 * The pool that `value` (JSON, or null where nothing was stored) describes; empty where it is about another range.
 *
 * @throws OpenGsaError `bad-config` for a value that is damaged
 */
export function readSyntheticAddresses(value: unknown, range: Prefix, subject: string): SyntheticAddresses {
  if (value === null) return createSyntheticAddresses(range);
  const stored = parse(storedAddresses, value, subject, 'bad-config');
  if (stored.range !== formatPrefix(range)) return createSyntheticAddresses(range);
  const entries = stored.names.map(({ name, address: text, usedAt }) => {
    const address = parseAddress(text);
    const index = address === null ? null : indexOf(range, address);
    if (index === null) throw new OpenGsaError('bad-config', `${subject}: ${text} is no address for a name`);
    return { name, index, usedMs: usedAt };
  });
  const isUnique = [
    new Set(entries.map(({ index }) => index)),
    new Set(entries.map(({ name }) => name)),
  ].every(({ size }) => size === entries.length);
  if (!isUnique) throw new OpenGsaError('bad-config', `${subject}: a name or an address stands in it twice`);
  return poolOf(range, entries);
}

/** The last address but one of the range: with it the capture tries itself out, and it stands for no name. */
export function probeAddressOf(range: Prefix): Address {
  return addressAt(range, capacityOf(range) + 1);
}

function poolOf(range: Prefix, entries: readonly Entry[]): SyntheticAddresses {
  const capacity = capacityOf(range);
  // Least recently used first: an entry goes to the end at each use.
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const byIndex = new Map(entries.map((entry) => [entry.index, entry]));
  const freeIndex = createFreeIndexes(byIndex, capacity);
  let given = 0;

  const use = (entry: Entry, nowMs: number): Entry => {
    entry.usedMs = nowMs;
    byName.delete(entry.name);
    byName.set(entry.name, entry);
    return entry;
  };
  const reclaimed = (nowMs: number): number | null => {
    const [oldest] = byName.values();
    if (oldest === undefined || nowMs - oldest.usedMs < leastRestMs) return null;
    byName.delete(oldest.name);
    byIndex.delete(oldest.index);
    return oldest.index;
  };
  return {
    range,
    addressOf: (name, nowMs) => {
      const known = byName.get(name);
      if (known !== undefined) return addressAt(range, use(known, nowMs).index);
      const index = freeIndex() ?? reclaimed(nowMs);
      if (index === null) return null;
      const entry = { name, index, usedMs: nowMs };
      byName.set(name, entry);
      byIndex.set(index, entry);
      given += 1;
      return addressAt(range, index);
    },
    nameOf: (address, nowMs) => {
      const index = indexOf(range, address);
      const entry = index === null ? undefined : byIndex.get(index);
      return entry === undefined ? null : use(entry, nowMs).name;
    },
    given: () => given,
    stored: () => ({
      version: 1,
      range: formatPrefix(range),
      names: [...byName.values()].map(({ name, index, usedMs }) => ({
        name,
        address: addressAt(range, index).text,
        usedAt: usedMs,
      })),
    }),
  };
}

/** Upwards behind the last one; from the end on, what was left out before. */
function createFreeIndexes(taken: ReadonlyMap<number, unknown>, capacity: number): () => number | null {
  let highest = 0;
  for (const index of taken.keys()) highest = Math.max(highest, index);
  let next = highest === 0 ? 1 : highest + Math.min(restartGap, Math.floor(capacity / 16)) + 1;
  let holes: number[] | null = null;
  return () => {
    if (next <= capacity) return next++;
    holes ??= Array.from({ length: capacity }, (_, i) => capacity - i).filter((index) => !taken.has(index));
    return holes.pop() ?? null;
  };
}

/** All but the first and the last address, which some programs take for a network and its broadcast, and the probe's. */
function capacityOf({ address, length }: Prefix): number {
  if (address.family !== 'ipv4' || length < 8 || length > 30) {
    throw new OpenGsaError('bad-config', 'synthetic addresses need an IPv4 range from /8 to /30');
  }
  return 2 ** (32 - length) - 3;
}

function addressAt(range: Prefix, index: number): Address {
  const value = numberOf(range.address.bytes) + index;
  return addressOfBytes([24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256));
}

/** From 1 to the capacity; null for what lies outside, and for the two addresses that stand for no name. */
function indexOf(range: Prefix, address: Address): number | null {
  if (!prefixContains(range, address)) return null;
  const index = numberOf(address.bytes) - numberOf(range.address.bytes);
  return index >= 1 && index <= capacityOf(range) ? index : null;
}

function numberOf(bytes: readonly number[]): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
