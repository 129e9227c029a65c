// What this edge lets pass and how, made ready for decisions from its configuration and profiles.
import { type Address, type Family, parseAddress, parsePrefix, type Prefix } from '../../protocol/address.ts';
import { type ClassIndex, compileClasses } from '../../protocol/class-index.ts';
import { OpenGsaError } from '../../protocol/error.ts';
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
  /** What becomes of a flow whose destination would be told an address, and none is known; absent: `allow`. */
  readonly sourceUnknown?: 'allow' | 'refuse';
  readonly microsoft: 'anchor' | 'direct' | null;
  readonly egress: EgressAddresses;
};

export type Endpoint = { readonly address: Address; readonly port: number };

export type CompiledClass = {
  readonly match: string;
  /** Undefined: every port. */
  readonly ports: readonly number[] | undefined;
  readonly class: RestorationClass;
  readonly upstream: Endpoint | null;
  readonly family: Family | null;
  readonly egress: EgressAddresses | null;
  readonly proxyFields: ProxyFieldChoice;
};

export type EdgePolicy = {
  /** First match wins. */
  readonly classes: ClassIndex<CompiledClass>;
  /** Of all entries. */
  readonly upstreams: readonly Endpoint[];
  readonly profiles: readonly Matcher[];
  readonly ports: ReadonlySet<number>;
  /** Not global, and possible sources all the same. */
  readonly sourceRanges: readonly Prefix[];
  readonly strict: boolean;
  readonly sourceUnknown: 'allow' | 'refuse';
  readonly microsoft: 'anchor' | 'direct' | null;
  readonly egress: EgressAddresses;
};

/** @throws OpenGsaError `bad-config` for text that is no address or prefix; the configuration's schema refuses it before */
export function compileEdgePolicy(settings: PolicySettings, profiles: readonly Profile[]): EdgePolicy {
  const classes = settings.classes.map((entry) => compileClass(entry, settings.ports));
  return {
    classes: compileClasses(classes),
    upstreams: classes.flatMap(({ upstream }) => upstream ?? []),
    profiles: profiles.map(compileProfile),
    ports: new Set(settings.ports),
    sourceRanges: settings.sourceRanges.map((text) => required(parsePrefix(text), text)),
    strict: settings.strict,
    sourceUnknown: settings.sourceUnknown ?? 'allow',
    microsoft: settings.microsoft,
    egress: settings.egress,
  };
}

/**
 * The ports that an entry stands for, the same at the edge and in the view: its own, else the general ones. What goes
 * past the edge is no matter of its ports.
 */
export function portsOfClass(
  entry: Pick<ClassSettings, 'class' | 'ports'>,
  general: readonly number[],
): readonly number[] | undefined {
  return entry.ports ?? (entry.class === 'direct' ? undefined : general);
}

function compileClass(entry: ClassSettings, general: readonly number[]): CompiledClass {
  return {
    match: entry.match,
    ports: portsOfClass(entry, general),
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

function required<T>(value: T | null, text: string): T {
  if (value === null) throw new OpenGsaError('bad-config', `${text} is neither an address nor a prefix`);
  return value;
}
