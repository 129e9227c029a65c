// The names that programs were given addresses of the agent's own for: which, by which rule, and where they really are.
import type { Address } from '../protocol/address.ts';
import type { Hardening } from '../protocol/profile.ts';
import type { Clock } from './clock.ts';
import type { Acquisition } from './core/dns-handling.ts';
import type { OriginalAddresses } from './core/hostname-table.ts';
import type { SyntheticAddresses } from './core/synthetic-addresses.ts';
import type { Hostnames } from './hostnames.ts';
import { acquisitionOf } from './policy/acquisition.ts';
import type { DecisionContext } from './policy/decision.ts';

export type AcquiredNames = {
  /** What stands for the name, or null for one that is left alone. */
  readonly acquire: (name: string) => Acquisition | null;
  readonly learnt: (name: string, originals: OriginalAddresses) => void;
  /** Profiles differ, and with them what is refused while no agent lives. */
  readonly guardAgain: () => void;
  /** How many names have an address of the agent's own. */
  readonly count: () => number;
  /** Real addresses, each with a name behind it. */
  readonly realAddresses: () => ReadonlyMap<string, string>;
  /** A name that is acquired when it is asked for; null where the profiles spell none out. */
  readonly example: () => string | null;
};

export type AcquiredNamesSetup = {
  readonly context: () => DecisionContext;
  /** TCP ports that are captured at names. */
  readonly ports: () => readonly number[];
  readonly addresses: Pick<SyntheticAddresses, 'addressOf'>;
  readonly hostnames: Pick<Hostnames, 'learnt'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Where the kernel's rules learn of real addresses. */
  readonly transparent: {
    readonly setReal: (synthetic: Address, real: Address | null) => void;
    readonly setLearned: (addresses: readonly Address[]) => void;
  };
};

type Known = {
  readonly synthetic: Address;
  hardening: Hardening | null;
  real: { readonly ipv4: readonly Address[]; readonly ipv6: readonly Address[] };
};

export function createAcquiredNames(setup: AcquiredNamesSetup): AcquiredNames {
  const { context, ports, addresses, hostnames, clock, transparent } = setup;
  /** No more than the synthetic range has addresses. */
  const known = new Map<string, Known>();
  /** By address: whom it stands for. */
  const holders = new Map<string, string>();

  const guard = (): void => {
    const blocked = [...known.values()].filter(({ hardening }) => hardening === 'block');
    const all = blocked.flatMap(({ real }) => [...real.ipv4, ...real.ipv6]);
    transparent.setLearned([...new Map(all.map((address) => [address.text, address])).values()]);
  };
  /** The address may have stood for a name that nobody has used for long. */
  const takeOver = (name: string, synthetic: Address): void => {
    const before = holders.get(synthetic.text);
    holders.set(synthetic.text, name);
    if (before === undefined || before === name) return;
    const isGuarded = known.get(before)?.hardening === 'block';
    known.delete(before);
    transparent.setReal(synthetic, null);
    if (isGuarded) guard();
  };
  return {
    acquire: (name) => {
      const decision = acquisitionOf(name, ports(), context());
      if (decision === null) return null;
      const synthetic = addresses.addressOf(name, clock.now());
      if (synthetic === null) return null;
      takeOver(name, synthetic);
      const before = known.get(name);
      if (before !== undefined) before.hardening = decision.hardening;
      else known.set(name, { synthetic, hardening: decision.hardening, real: { ipv4: [], ipv6: [] } });
      return { address: synthetic, ruleId: decision.ruleId };
    },
    learnt: (name, originals) => {
      hostnames.learnt(name, originals);
      const entry = known.get(name);
      if (entry === undefined) return;
      const { ipv4, ipv6 } = originals;
      entry.real = { ipv4: ipv4 ?? entry.real.ipv4, ipv6: ipv6 ?? entry.real.ipv6 };
      // Of several it makes no difference which: whoever needs more than the captured ports gets one that works.
      transparent.setReal(entry.synthetic, entry.real.ipv4[0] ?? null);
      if (entry.hardening === 'block') guard();
    },
    guardAgain: () => {
      const current = context();
      for (const [name, entry] of known) {
        entry.hardening = acquisitionOf(name, ports(), current)?.hardening ?? null;
      }
      guard();
    },
    count: () => known.size,
    realAddresses: () =>
      new Map(
        [...known].flatMap(([name, { real }]) =>
          [...real.ipv4, ...real.ipv6].map(({ text }) => [text, name] as const),
        ),
      ),
    example: () => {
      const current = context();
      return spelledOut(current).find((name) => acquisitionOf(name, ports(), current) !== null) ?? null;
    },
  };
}

/** Names without stars in the rules, in their order. */
function spelledOut({ matchers }: DecisionContext): readonly string[] {
  return matchers.flatMap(({ profile }) =>
    profile.policies
      .flatMap(({ rules }) => rules)
      .flatMap((rule) => (rule.ruleType === 'fqdn' ? rule.destinations.map(({ value }) => value) : []))
      .filter((value) => !value.includes('*')),
  );
}
