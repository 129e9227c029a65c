// What differs between two profiles, by endpoint set and destination: how rules are cut and called does not matter.
import type { Profile, Rule } from '../profile.ts';

type Facts = {
  readonly policy: string;
  readonly ports: string;
  readonly category: string;
  readonly action: string;
  readonly hardening: string;
};

export type DestinationChange = {
  readonly endpointSetId: number | null;
  readonly protocol: 'tcp' | 'udp';
  readonly destination: string;
} & (
  | { readonly kind: 'added' | 'removed'; readonly facts: Facts }
  | {
      readonly kind: 'changed';
      readonly fields: readonly { readonly field: keyof Facts; readonly from: string; readonly to: string }[];
    }
);

type Listed = {
  readonly key: {
    readonly endpointSetId: number | null;
    readonly protocol: 'tcp' | 'udp';
    readonly destination: string;
  };
  readonly facts: Facts;
};

/** In the order of sets and destinations; empty where both acquire the same in the same way. */
export function diffProfiles(before: Profile, after: Profile): readonly DestinationChange[] {
  const [older, newer] = [listDestinations(before), listDestinations(after)];
  const names = [...new Set([...older.keys(), ...newer.keys()])];
  return names
    .flatMap((name) => compare(older.get(name) ?? null, newer.get(name) ?? null))
    .sort(
      (a, b) =>
        (a.endpointSetId ?? Infinity) - (b.endpointSetId ?? Infinity) ||
        compareText(a.destination, b.destination) ||
        compareText(a.protocol, b.protocol),
    );
}

/** One line per change, for people. */
export function formatDiff(changes: readonly DestinationChange[]): readonly string[] {
  if (changes.length === 0) return ['The profiles acquire the same destinations in the same way.'];
  return changes.map((change) => {
    const set = change.endpointSetId === null ? '' : `set ${change.endpointSetId}: `;
    const what = `${set}${change.destination} (${change.protocol})`;
    if (change.kind === 'changed') {
      return `~ ${what}: ${change.fields.map(({ field, from, to }) => `${field} ${from} → ${to}`).join('; ')}`;
    }
    const { ports, category, action, hardening } = change.facts;
    return `${change.kind === 'added' ? '+' : '-'} ${what}: ports ${ports}, ${category}, ${action}, ${hardening} without a tunnel`;
  });
}

function compare(older: Listed | null, newer: Listed | null): readonly DestinationChange[] {
  if (older === null) return newer === null ? [] : [{ ...newer.key, kind: 'added', facts: newer.facts }];
  if (newer === null) return [{ ...older.key, kind: 'removed', facts: older.facts }];
  const fields = (Object.keys(older.facts) as (keyof Facts)[])
    .map((field) => ({ field, from: older.facts[field], to: newer.facts[field] }))
    .filter(({ from, to }) => from !== to);
  return fields.length === 0 ? [] : [{ ...newer.key, kind: 'changed', fields }];
}

/** A destination that stands in several rules of one set is one destination with the facts of all. */
function listDestinations(profile: Profile): ReadonlyMap<string, Listed> {
  const listed = new Map<string, Listed>();
  for (const policy of profile.policies) {
    const name = policy.state === 'enabled' ? policy.name : `${policy.name} (disabled)`;
    for (const rule of policy.rules) {
      for (const destination of rule.destinations) {
        const key = {
          endpointSetId: rule.endpointSetId ?? null,
          protocol: rule.protocol,
          destination: destinationText(destination),
        };
        const id = JSON.stringify(Object.values(key));
        listed.set(id, { key, facts: joinFacts(listed.get(id)?.facts ?? null, factsOf(name, rule)) });
      }
    }
  }
  return listed;
}

function factsOf(policy: string, rule: Rule): Facts {
  return {
    policy,
    ports: sortPorts(rule.ports).join(','),
    category: rule.category,
    action: rule.action,
    hardening: rule.clientFallbackAction,
  };
}

function joinFacts(one: Facts | null, other: Facts): Facts {
  if (one === null) return other;
  const join = (field: keyof Facts) => [...new Set([one[field], other[field]])].sort().join(' and ');
  return {
    policy: join('policy'),
    ports: sortPorts([...one.ports.split(','), ...other.ports.split(',')]).join(','),
    category: join('category'),
    action: join('action'),
    hardening: join('hardening'),
  };
}

function sortPorts(ports: readonly string[]): readonly string[] {
  return [...new Set(ports)].sort((a, b) => parseInt(a, 10) - parseInt(b, 10) || compareText(a, b));
}

function destinationText(destination: Rule['destinations'][number]): string {
  if ('value' in destination) return destination.value;
  return 'name' in destination ? destination.name : `${destination.beginAddress}-${destination.endAddress}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
