// What this edge lets pass and how, made ready for decisions from its configuration and profiles.
import { type Address, type Family, parseAddress, parsePrefix, type Prefix } from '../../protocol/address.ts';
import { type ClassIndex, compileClasses } from '../../protocol/class-index.ts';
import type { Host } from '../../protocol/destination.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { compileProfile, type Matcher } from '../../protocol/matcher.ts';
import type { Profile } from '../../protocol/profile.ts';
import type { RestorationClass } from '../../protocol/restoration.ts';
import { bareName, type ForwardingHeaders } from './forwarding-fields.ts';

/** A local address per family; null leaves the choice to the system. */
export type EgressAddresses = { readonly ipv4: string | null; readonly ipv6: string | null };

/**
 * What a PROXY header carries beside the addresses: name, trace, proof and device, or the checksum alone. Receivers that
 * take no header longer than 107 bytes (nginx before 1.23.2) need the latter.
 */
export type ProxyFieldChoice = 'all' | 'checksum';

/** What a class that ends HTTP shows to the application, verifies of the destination and writes. */
export type ForwardingSettings = {
  readonly headers: ForwardingHeaders;
  /** Shown to the application; null: issued by the edge's own authority. PEM. */
  readonly identity: { readonly key: string; readonly certificate: string } | null;
  /** How the destination is verified; null: it is spoken to in plain HTTP. */
  readonly upstreamTls: UpstreamTlsSettings | null;
};

/** `name` null: the host that the device asked for. `ca` null: the system's authorities; PEM. */
export type UpstreamTlsSettings = { readonly name: Host | null; readonly ca: string | null };

/** One entry of the configured class table. */
export type ClassSettings = {
  readonly match: string;
  readonly ports?: readonly number[] | undefined;
  readonly class: RestorationClass;
  readonly upstream?: { readonly address: string; readonly port: number } | undefined;
  readonly family?: Family | undefined;
  readonly egress?: EgressAddresses | undefined;
  readonly proxyFields?: ProxyFieldChoice | undefined;
  readonly forwarding?: ForwardingSettings | undefined;
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
  readonly forwarding: ForwardingSettings | null;
};

export type EdgePolicy = {
  /** First match wins. */
  readonly classes: ClassIndex<CompiledClass>;
  /** Of all entries. */
  readonly upstreams: readonly Endpoint[];
  /** Header names that any entry writes, as `bareName` makes them: no device may send one to any of them. */
  readonly writtenHeaders: ReadonlySet<string>;
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
    writtenHeaders: new Set(classes.flatMap(({ forwarding }) => headersOf(forwarding)).map(bareName)),
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
    forwarding: entry.forwarding ?? null,
  };
}

function headersOf(forwarding: ForwardingSettings | null): string[] {
  if (forwarding?.headers.class !== 'forwarded') return [];
  const { header, schemeHeader } = forwarding.headers;
  return schemeHeader === null ? [header] : [header, schemeHeader];
}

function required<T>(value: T | null, text: string): T {
  if (value === null) throw new OpenGsaError('bad-config', `${text} is neither an address nor a prefix`);
  return value;
}
