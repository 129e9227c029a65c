// What this edge lets pass and how, made ready for decisions from its configuration and profiles.
import {
  type Address,
  parseAddress,
  parsePrefix,
  type Prefix,
  prefixContains,
} from '../../protocol/address.ts';
import type { Family } from '../../protocol/address.ts';
import type { Destination } from '../../protocol/destination.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { compileHostPattern } from '../../protocol/host-pattern.ts';
import { compileProfile, type Matcher } from '../../protocol/matcher.ts';
import type { Profile } from '../../protocol/profile.ts';
import type { RestorationClass } from '../../protocol/restoration.ts';

/** A local address per family; null leaves the choice to the system. */
export type EgressAddresses = { readonly ipv4: string | null; readonly ipv6: string | null };

/**
 * What a PROXY header carries beside the addresses: name, trace, proof and device, or the checksum alone. Receivers that
 * take no header longer than 107 bytes (nginx before 1.23.2) need the latter.
 */
export type ProxyFieldChoice = 'all' | 'checksum';

/** One entry of the configured class table. */
export type ClassSettings = {
  readonly match: string;
  readonly ports?: readonly number[] | undefined;
  readonly class: RestorationClass;
  readonly upstream?: { readonly address: string; readonly port: number } | undefined;
  readonly family?: Family | undefined;
  readonly egress?: EgressAddresses | undefined;
  readonly proxyFields?: ProxyFieldChoice | undefined;
};

/** The part of the edge's configuration that decides about flows. */
export type PolicySettings = {
  readonly classes: readonly ClassSettings[];
  readonly ports: readonly number[];
  readonly sourceRanges: readonly string[];
  readonly strict: boolean;
  readonly microsoft: 'anchor' | 'direct' | null;
  readonly egress: EgressAddresses;
};

export type Endpoint = { readonly address: Address; readonly port: number };

export type CompiledClass = {
  readonly matches: (destination: Destination) => boolean;
  /** Null: every port that the edge allows. */
  readonly ports: ReadonlySet<number> | null;
  readonly class: RestorationClass;
  readonly upstream: Endpoint | null;
  readonly family: Family | null;
  readonly egress: EgressAddresses | null;
  readonly proxyFields: ProxyFieldChoice;
};

export type EdgePolicy = {
  /** First match wins. */
  readonly classes: readonly CompiledClass[];
  readonly profiles: readonly Matcher[];
  readonly ports: ReadonlySet<number>;
  /** Not global, and possible sources all the same. */
  readonly sourceRanges: readonly Prefix[];
  readonly strict: boolean;
  readonly microsoft: 'anchor' | 'direct' | null;
  readonly egress: EgressAddresses;
};

/** @throws OpenGsaError `bad-config` for text that is no address or prefix; the configuration's schema refuses it before */
export function compileEdgePolicy(settings: PolicySettings, profiles: readonly Profile[]): EdgePolicy {
  return {
    classes: settings.classes.map(compileClass),
    profiles: profiles.map(compileProfile),
    ports: new Set(settings.ports),
    sourceRanges: settings.sourceRanges.map((text) => required(parsePrefix(text), text)),
    strict: settings.strict,
    microsoft: settings.microsoft,
    egress: settings.egress,
  };
}

function compileClass(entry: ClassSettings): CompiledClass {
  return {
    matches: compileMatch(entry.match),
    ports: entry.ports === undefined ? null : new Set(entry.ports),
    class: entry.class,
    upstream:
      entry.upstream === undefined
        ? null
        : {
            address: required(parseAddress(entry.upstream.address), entry.upstream.address),
            port: entry.upstream.port,
          },
    family: entry.family ?? null,
    egress: entry.egress ?? null,
    proxyFields: entry.proxyFields ?? 'all',
  };
}

/** Names are compared with patterns only, addresses with prefixes only. */
function compileMatch(text: string): (destination: Destination) => boolean {
  const prefix = parsePrefix(text);
  if (prefix !== null) {
    return ({ host }) => host.kind === 'address' && prefixContains(prefix, host.address);
  }
  const pattern = compileHostPattern(text);
  return ({ host }) => host.kind === 'name' && pattern.matches(host.name);
}

function required<T>(value: T | null, text: string): T {
  if (value === null) throw new OpenGsaError('bad-config', `${text} is neither an address nor a prefix`);
  return value;
}
