// The names that programs asked for since the agent runs, acquired or not: the newest ones, with what became of each.
import type { Address } from '../../protocol/address.ts';
import type { HostnameRecord } from '../../protocol/hostname-record.ts';
import type { Acquisition } from './dns-handling.ts';

export type HostnameTable = {
  /** One question for the name, and what it was answered; `at` is the time. */
  readonly asked: (name: string, acquisition: Acquisition | null, at: Date) => void;
  /** Who asked last. For a name that is not in the table, nothing. */
  readonly askedBy: (name: string, process: HostnameRecord['process']) => void;
  /** What the nameserver says. For a name that is not in the table, nothing. */
  readonly learnt: (name: string, originals: OriginalAddresses) => void;
  /** The `limit` names that were asked for last, newest first. */
  readonly list: (limit: number) => HostnameRecord[];
  readonly clear: () => void;
};

/** A name's real addresses per family; null where the nameserver did not say, and what was known holds on. */
export type OriginalAddresses = {
  readonly ipv4: readonly Address[] | null;
  readonly ipv6: readonly Address[] | null;
};

/** About 2 MiB in all. Acquired names have a share of their own: they are few, and the ones people look for. */
const defaultKeepEach = 2_000;

/** Of one family; a nameserver that gives more must not make the table too long for a message. */
const mostOriginals = 16;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Entry = { readonly record: Mutable<HostnameRecord>; order: number };

export function createHostnameTable(keepEach = defaultKeepEach): HostnameTable {
  /** Each in the order of their last question. */
  const acquired = new Map<string, Entry>();
  const others = new Map<string, Entry>();
  let order = 0;

  const find = (name: string): Entry | undefined => acquired.get(name) ?? others.get(name);
  return {
    asked: (name, acquisition, at) => {
      const entry = find(name) ?? { record: newRecord(name, at), order };
      note(entry.record, acquisition, at);
      entry.order = ++order;
      acquired.delete(name);
      others.delete(name);
      const names = acquisition === null ? others : acquired;
      names.set(name, entry);
      if (names.size > keepEach) dropFirst(names);
    },
    askedBy: (name, process) => {
      const entry = find(name);
      if (entry !== undefined) entry.record.process = process;
    },
    learnt: (name, { ipv4, ipv6 }) => {
      const record = find(name)?.record;
      if (record === undefined) return;
      record.originals = {
        ipv4: textsOf(ipv4) ?? record.originals.ipv4,
        ipv6: textsOf(ipv6) ?? record.originals.ipv6,
      };
      record.originalAddress = record.originals.ipv4?.[0] ?? null;
    },
    list: (limit) =>
      [...acquired.values(), ...others.values()]
        .toSorted((a, b) => b.order - a.order)
        .slice(0, limit)
        .map(({ record }) => ({ ...record })),
    clear: () => {
      acquired.clear();
      others.clear();
    },
  };
}

function textsOf(addresses: readonly Address[] | null): string[] | null {
  return addresses === null ? null : addresses.slice(0, mostOriginals).map(({ text }) => text);
}

function newRecord(name: string, at: Date): Mutable<HostnameRecord> {
  return {
    name,
    acquired: false,
    syntheticAddress: null,
    originalAddress: null,
    originals: { ipv4: null, ipv6: null },
    ruleId: null,
    process: null,
    firstAskedAt: at.toISOString(),
    lastAskedAt: at.toISOString(),
    questions: 0,
  };
}

function note(record: Mutable<HostnameRecord>, acquisition: Acquisition | null, at: Date): void {
  record.acquired = acquisition !== null;
  record.syntheticAddress = acquisition?.address.text ?? null;
  record.ruleId = acquisition?.ruleId ?? null;
  record.lastAskedAt = at.toISOString();
  record.questions += 1;
}

function dropFirst(names: Map<string, unknown>): void {
  const [first] = names.keys();
  if (first !== undefined) names.delete(first);
}
