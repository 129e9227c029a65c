// Redacts a log bundle: secrets go in any case; people, devices, addresses and unpublished names get stand-ins unless the person
// wants them in.
import { parseAddress } from '../../protocol/address.ts';
import { formatHost, parseAuthority } from '../../protocol/destination.ts';
import {
  type HiddenCount,
  type LogBundle,
  type LogBundlePart,
  logBundleWords,
} from '../../protocol/log-bundle.ts';
import type { Profile } from '../../protocol/profile.ts';
import { specialRange } from '../../protocol/special-purpose.ts';
import { knownPlaces } from './known-places.ts';
import { createPseudonyms, type Pseudonyms } from './pseudonyms.ts';
import { looksLikeHost, type PersonalFacts, textRedactor } from './redacted-text.ts';
import { isSecretField, removed, withoutSecrets } from './secret-text.ts';

/** The parts of a bundle as they were found. */
export type FoundParts = Pick<LogBundle, LogBundlePart>;

/** What is known beside the parts. */
export type RedactionKnowledge = {
  /** Values that must never stand in a bundle: keys, passwords, tokens. */
  readonly secrets: readonly string[];
  /** Names of accounts of this machine. */
  readonly accounts: readonly string[];
  readonly profiles: readonly Profile[];
  /** Patterns, names and addresses of the organisation: its configuration, its edge, the edge's view. */
  readonly places: readonly string[];
};

/** What goes into a bundle, as it was found. */
export type Collected = {
  /** Every part that there is, wanted or not: what is personal in one is hidden in all. */
  readonly found: FoundParts;
  /** Parts that could not be had, and why. */
  readonly leftOut: LogBundle['leftOut'];
  readonly knowledge: RedactionKnowledge;
};

export type Redaction = {
  readonly parts: FoundParts;
  readonly leftOut: LogBundle['leftOut'];
  /** Of each part that is there. */
  readonly tally: ReadonlyMap<LogBundlePart, PartTally>;
  readonly summary: Pick<LogBundle, 'hidden' | 'hiddenAddresses' | 'removedSecrets'>;
};
export type PartTally = { readonly hidden: readonly HiddenCount[]; readonly removedSecrets: number };

/**
 * Redacts every part, and the reasons of those that are missing, with one set of stand-ins. The rules of profiles stay: the
 * organisation, or Microsoft, has written them.
 *
 * @param redact false: only secrets are taken out
 * @param wanted the parts to give back
 */
export function redactParts(
  { found, leftOut, knowledge }: Collected,
  redact: boolean,
  wanted: readonly LogBundlePart[],
): Redaction {
  const pseudonyms = createPseudonyms();
  const hide = redact ? hider(found, knowledge, pseudonyms) : unchanged;
  const secrets = spellings(knowledge.secrets);
  const redactOne = (value: unknown): { readonly redacted: unknown; readonly tally: PartTally } => {
    const walk = createWalk(hide, secrets);
    const redacted = walk.value(value);
    return { redacted, tally: { hidden: pseudonyms.count(), removedSecrets: walk.removedSecrets() } };
  };
  const present = wanted.filter((name) => found[name] !== undefined);
  const parts = present.map((name) => ({ name, ...redactOne(found[name]) }));
  const missing = redactOne(leftOut.filter(({ part }) => wanted.includes(part)));
  return {
    // Strings became strings; numbers, flags and names of fields are as they were.
    parts: Object.fromEntries(parts.map(({ name, redacted }) => [name, redacted])),
    leftOut: missing.redacted as LogBundle['leftOut'],
    tally: new Map(parts.map(({ name, tally }) => [name, tally])),
    summary: summaryOf(
      [...parts, missing].map(({ tally }) => tally),
      pseudonyms,
    ),
  };
}

/** As they stand in text and in JSON. The longest first: one that begins with another would leave its end. */
function spellings(secrets: readonly string[]): readonly string[] {
  const spelt = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return [...new Set(spelt)].toSorted((a, b) => b.length - a.length);
}

function summaryOf(tallies: readonly PartTally[], pseudonyms: Pseudonyms): Redaction['summary'] {
  const occurrences = new Map<HiddenCount['kind'], number>();
  for (const one of tallies.flatMap(({ hidden }) => hidden))
    occurrences.set(one.kind, (occurrences.get(one.kind) ?? 0) + one.occurrences);
  return {
    hidden: [...occurrences].map(([kind, often]) => ({
      ...{ kind, occurrences: often },
      values: pseudonyms.all(kind).length,
    })),
    hiddenAddresses: describeAddresses(pseudonyms),
    removedSecrets: tallies.reduce((sum, one) => sum + one.removedSecrets, 0),
  };
}

const unchanged = (text: string): string => text;

function hider(
  found: FoundParts,
  { accounts, profiles, places }: RedactionKnowledge,
  pseudonyms: Pseudonyms,
): (text: string) => string {
  const known = knownPlaces({
    profiles,
    texts: [...places, ...addressesOf(found.status?.edgeEgress)],
    ranges: (found.locations?.locations ?? []).flatMap(({ location }) =>
      location.kind === 'ranges' ? location.ranges : [],
    ),
  });
  return textRedactor({
    personal: personalFacts(found, accounts, known.holdsName),
    places: known,
    words: new Set(settingPaths(found.configuration ?? {})),
    pseudonyms,
  });
}

function personalFacts(
  { status, seenAs, flows, hostnames, olderConnections, machine }: FoundParts,
  accounts: readonly string[],
  isPublished: (name: string) => boolean,
): PersonalFacts {
  const asked = [
    ...(flows ?? []).map(({ destination }) => destination),
    ...(hostnames?.hostnames ?? []).map(({ name }) => `${name}:443`),
    ...(seenAs?.destinations ?? []).map(({ destination }) => `${destination}:443`),
  ];
  const names = asked.flatMap((text) => {
    const host = parseAuthority(text)?.host;
    return host?.kind === 'name' ? [formatHost(host)] : [];
  });
  const egress = [status?.egress, seenAs?.egress].flatMap((one) => (one ? [one.ipv4, one.ipv6] : []));
  const addresses = [
    ...egress.flatMap(({ address, evidence }) => [address, ...evidence.map((one) => one.address)]),
    ...(machine?.addresses ?? []).map((text) => /\S+$/.exec(text)?.[0].replace(/\/.*$/, '') ?? ''),
    ...(olderConnections?.connections ?? []).map(({ local }) => hostText(local)),
    ...(flows ?? []).map(({ egressObserved }) => egressObserved),
  ];
  const { device = null, person = null } = status ?? {};
  const signedIn = [person?.name, ...(flows ?? []).map((flow) => flow.person)].filter(
    (name) => typeof name === 'string',
  );
  return {
    users: [...new Set([...accounts, ...signedIn])],
    devices: [...hostnamesOf(machine), ...(device === null ? [] : [device.name, device.thumbprint])],
    hosts: [...new Set(names)].filter((name) => !looksLikeHost(name) && !isPublished(name)),
    addresses: addresses.flatMap((text) => {
      const address = text === null ? null : parseAddress(text);
      return address === null || everyMachines.has(address.text) ? [] : [address.text];
    }),
  };
}

/** Whole, and its first label: either may stand in a text. */
function hostnamesOf(machine: FoundParts['machine']): readonly string[] {
  const hostname = machine?.hostname ?? '';
  return [hostname, hostname.replace(/\..*$/, '')];
}

/** Listeners stand on them. */
const everyMachines: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);

function hostText(authority: string): string {
  return authority.replace(/:\d+$/, '').replaceAll(/[[\]]/g, '');
}

function addressesOf(one: { ipv4: string | null; ipv6: string | null } | undefined): readonly string[] {
  return [one?.ipv4, one?.ipv6].filter((text) => typeof text === 'string');
}

/** `capture.transparent.onlyUser`, as messages name settings. */
function settingPaths(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = path === '' ? key : `${path}.${key}`;
    return [own, ...settingPaths(inner, own)];
  });
}

type Walk = { readonly value: (found: unknown) => unknown; readonly removedSecrets: () => number };

/** Times, and words that the schemas ask for: what a device happens to be called must not change them. */
function isStable(text: string): boolean {
  return logBundleWords.has(text) || /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text);
}

function createWalk(hide: (text: string) => string, secrets: readonly string[]): Walk {
  let count = 0;
  const clean = (found: string): string => {
    const { text, count: more } = withoutSecrets(found, secrets);
    count += more;
    return text;
  };
  const walk = (value: unknown, hideText: (text: string) => string): unknown => {
    if (typeof value === 'string') return isStable(value) ? value : hideText(clean(value));
    if (Array.isArray(value)) return value.map((one) => walk(one, hideText));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (typeof inner === 'string' && isSecretField(key)) {
          count += 1;
          return [key, removed];
        }
        return [key, walk(inner, key === 'profile' ? unchanged : hideText)];
      }),
    );
  };
  return { value: (found) => walk(found, hide), removedSecrets: () => count };
}

function describeAddresses(pseudonyms: Pseudonyms): LogBundle['hiddenAddresses'] {
  return pseudonyms.all('address').flatMap(([text, name]) => {
    const address = parseAddress(text);
    return address === null ? [] : [{ name, family: address.family, range: specialRange(address) }];
  });
}
