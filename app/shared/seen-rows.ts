// The table of the tab source address: destinations by who runs them, and what their paths have in common.
import type { SeenAs } from '../../protocol/seen-as.ts';
import type { SeenAsReport } from '../../protocol/seen-as-report.ts';
import type { EgressAddressStatus } from '../../protocol/status.ts';
import type { CsvCell } from './csv.ts';

export type SeenGroup = 'asked' | 'tenant' | 'organisation' | 'rest';

export type SeenRow = {
  readonly key: string;
  readonly group: SeenGroup;
  readonly one: SeenAs;
  /** Others for the same purpose that see the same and are not shown in rows of their own. */
  readonly more: readonly string[];
  /** It sees another address than the sign-in of its tenant. */
  readonly differs: boolean;
};

export type SeenSection = { readonly group: SeenGroup; readonly rows: readonly SeenRow[] };

/** How a destination is reached, as the path glyphs have it. */
export type SeenPath = 'direct' | 'restored' | 'edge' | 'blocked' | 'unknown';

/** @param asked answers about hosts that the person named */
export function seenSections(report: SeenAsReport, asked: readonly SeenAs[]): readonly SeenSection[] {
  const { destinations } = report;
  const differing = differingGroups(report);
  const rows = (group: SeenGroup, list: readonly (readonly SeenAs[])[]): SeenSection => ({
    group,
    rows: list.flatMap(([one, ...more]) =>
      one === undefined
        ? []
        : {
            ...{ key: `${group} ${one.destination}`, group, one },
            more: more.map(({ destination }) => destination),
            differs: one.group !== null && differing.has(one.group),
          },
    ),
  });
  const alone = (list: readonly SeenAs[]): readonly (readonly SeenAs[])[] => list.map((one) => [one]);
  return [
    rows('asked', alone(asked)),
    rows('tenant', alone(destinations.filter(({ group }) => group !== null))),
    rows('organisation', alone(destinations.filter(({ origin }) => origin === 'organisation'))),
    rows('rest', alike(destinations.filter(({ origin, group }) => origin === 'microsoft' && group === null))),
  ].filter((section) => section.rows.length > 0);
}

export function pathOf({ path, whose }: Pick<SeenAs, 'path' | 'whose'>): SeenPath {
  return path === 'edge' && whose === 'own' ? 'restored' : path;
}

/** How many destinations take each path. */
export function pathCounts(destinations: readonly SeenAs[]): Readonly<Record<SeenPath, number>> {
  const count = (path: SeenPath): number => destinations.filter((one) => pathOf(one) === path).length;
  return {
    direct: count('direct'),
    restored: count('restored'),
    edge: count('edge'),
    blocked: count('blocked'),
    unknown: count('unknown'),
  };
}

/** The addresses that it may see and that are known. */
export function knownAddresses({ addresses }: Pick<SeenAs, 'addresses'>): readonly string[] {
  return [addresses.ipv4, addresses.ipv6].flatMap(({ address }) => address ?? []);
}

/** The person's own addresses that hold; one from before a change of networks is none of them. */
export function ownAddresses({ ipv4, ipv6 }: SeenAsReport['egress']): readonly string[] {
  return [ipv4, ipv6].flatMap((family) =>
    isSettled(family) && family.address !== null ? [family.address] : [],
  );
}

/** The addresses that destinations on a path will see. */
export function pathAddresses({ destinations }: SeenAsReport, path: SeenPath): readonly string[] {
  return [...new Set(destinations.filter((one) => pathOf(one) === path).flatMap(knownAddresses))];
}

/** Where some destination's verdict says that an address lies; null where none speaks of it. */
export function verdictOf(report: SeenAsReport, address: string): SeenAs['addresses']['ipv4']['verdict'] {
  for (const { addresses } of report.destinations) {
    for (const seen of [addresses.ipv4, addresses.ipv6]) if (seen.address === address) return seen.verdict;
  }
  return null;
}

/** How the person's own addresses are known. */
export type EgressSource =
  | { readonly kind: 'signed'; readonly at: string }
  | { readonly kind: 'told'; readonly operators: readonly string[]; readonly at: string }
  | {
      readonly kind: 'not-known';
      readonly state: Exclude<EgressAddressStatus['state'], 'confirmed' | 'probable'>;
    };

export function egressSource({ ipv4, ipv6 }: SeenAsReport['egress']): EgressSource {
  const family = [ipv4, ipv6].find(isSettled) ?? (ipv4.state === 'none' ? ipv6 : ipv4);
  const { state, address, evidence } = family;
  if (state !== 'confirmed' && state !== 'probable') return { kind: 'not-known', state };
  const agreeing = evidence.filter((one) => address !== null && one.address === address);
  const signed = agreeing.find((one) => one.signed);
  if (signed !== undefined) return { kind: 'signed', at: signed.at };
  const [first] = agreeing;
  if (first !== undefined) {
    return { kind: 'told', operators: [...new Set(agreeing.map(({ operator }) => operator))], at: first.at };
  }
  return { kind: 'not-known', state: 'unknown' };
}

function isSettled({ state }: EgressAddressStatus): boolean {
  return state === 'confirmed' || state === 'probable';
}

/** Every destination in a line of its own. */
export function seenCsvRows(report: SeenAsReport, asked: readonly SeenAs[]): readonly (readonly CsvCell[])[] {
  return [...asked, ...report.destinations].map((one) => [
    ...[one.destination, one.label, one.origin, one.class, pathOf(one), one.whose],
    ...[one.addresses.ipv4.address, one.addresses.ipv6.address],
    ...[locationNames(one.addresses.ipv4), locationNames(one.addresses.ipv6)],
    ...[one.edge.ipv4, one.edge.ipv6, one.basis, one.reason, one.verification?.kind ?? null],
  ]);
}

/** In the order of `seenCsvRows`; the same in every language, because programs read it. */
export const seenCsvHeader = [
  ...['destination', 'service', 'origin', 'class', 'path', 'whose', 'ipv4', 'ipv6'],
  ...['location-ipv4', 'location-ipv6', 'edge-ipv4', 'edge-ipv6', 'basis', 'reason', 'verification'],
];

function locationNames({ verdict }: SeenAs['addresses']['ipv4']): string | null {
  if (verdict === null) return null;
  return verdict.kind === 'inside' ? verdict.locations.map(({ name }) => name).join('; ') : verdict.kind;
}

/** Groups of Microsoft's services that do not see what the sign-in sees. */
function differingGroups({ mismatch }: SeenAsReport): ReadonlySet<string> {
  const seen = mismatch?.seen ?? [];
  const first = seen.find(({ group }) => group === 'Sign-in') ?? seen[0];
  const others = seen.filter(({ addresses }) => addresses.join() !== first?.addresses.join());
  return new Set(others.map(({ group }) => group));
}

function alike(list: readonly SeenAs[]): readonly (readonly SeenAs[])[] {
  const keyOf = (one: SeenAs): string =>
    JSON.stringify({ ...one, destination: '', label: '', verification: one.verification?.kind });
  return [...Map.groupBy(list, keyOf).values()];
}
