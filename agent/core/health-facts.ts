// What the health checks are judged by: everything that was found out, each fact with how it could not be.
import type { Prefix } from '../../protocol/address.ts';
import type { SessionExpectation } from '../../protocol/health-report.ts';
import type { Status } from '../../protocol/status.ts';
import type { BrowserPolicies } from './browser-policies.ts';
import type { CaptureObstacle } from './capture-obstacle.ts';
import type { ForeignRules } from './nft-listing.ts';
import type { RunFacts } from './run-history.ts';
import type { SessionReport } from './session-report.ts';

/** A fact, or why nobody could say. Times in ms. */
export type Fact<T> = (
  { readonly kind: 'known'; readonly value: T } | { readonly kind: 'unknown'; readonly reason: string }
) & { readonly durationMs: number };

export type HealthFacts = {
  /** As the agent shows it. */
  readonly status: AgentFacts;
  readonly device: DeviceFacts;
  readonly profiles: readonly ProfileFacts[];
  readonly runs: RunFacts;
  readonly locations: { readonly count: number; readonly fault: string | null };
  readonly network: {
    readonly addresses: readonly string[];
    readonly gateways: { readonly ipv4: string | null; readonly ipv6: string | null };
  };
  readonly nameServers: NameServerFacts;
  /** One per configured edge, in the order of preference. */
  readonly edges: readonly EdgeFacts[];
  readonly listeners: ListenerFacts;
  readonly policies: BrowserPolicies;
  readonly resolved: ResolvedFacts;
  readonly kernel: KernelFacts;
  readonly nft: NftFacts;
  readonly transparent: TransparentFacts | null;
  readonly session: SessionFacts;
};

export type FactName = keyof HealthFacts;
export type CollectedFacts = { readonly [K in FactName]: Fact<HealthFacts[K]> };

export type AgentFacts = {
  readonly status: Pick<
    Status,
    'connection' | 'channels' | 'egress' | 'signaling' | 'seenAs' | 'organisation'
  >;
  readonly view: 'known' | 'awaited' | 'foreign';
  readonly witnesses: { readonly ipv4: string | null; readonly ipv6: string | null };
};

export type ProfileFacts = {
  readonly name: string;
  /** Null where nobody runs who would know. */
  readonly enabled: boolean | null;
  /** Why its file is not used. */
  readonly fault: string | null;
};

export type DeviceFacts =
  | { readonly kind: 'absent'; readonly directory: string }
  | { readonly kind: 'unusable'; readonly fault: string }
  /** Its files came after the start of the agent, and are in force after the next. */
  | { readonly kind: 'not-loaded' }
  | {
      readonly kind: 'enrolled';
      readonly name: string;
      readonly organisation: string;
      readonly validFrom: number;
      readonly validTo: number;
      readonly now: number;
    };

export type NameServerFacts = {
  readonly servers: readonly string[];
  /** Of the first that answered or, where none did, of the first; null where there is none. */
  readonly answer: {
    readonly server: string;
    readonly ms: number | null;
    readonly fault: string | null;
  } | null;
};

export type EdgeFacts = {
  /** `host:port`. */
  readonly edge: string;
  /** `listed`: its addresses come with the enrolment and no name is resolved. */
  readonly name: { readonly kind: 'listed' | 'resolved'; readonly addresses: readonly string[] } | Fault;
  readonly path: { readonly kind: 'reached'; readonly ms: number; readonly protocol: string } | PathFault;
  /** How far this machine's clock is ahead of the edge's, in ms; null where the edge did not tell. */
  readonly aheadMs: number | null;
};
type Fault = { readonly kind: 'fault'; readonly fault: string };
export type PathFault = Fault & { readonly step: 'connect' | 'handshake' };

/** Null: switched off in the configuration. A fault: why it does not answer. */
export type ListenerFacts = {
  readonly httpProxy: ListenerAnswer | null;
  readonly socks5: ListenerAnswer | null;
  readonly pac: (ListenerAnswer & { readonly contentType: string | null }) | null;
};
export type ListenerAnswer = { readonly at: string; readonly fault: string | null };

export type ResolvedFacts = {
  readonly running: boolean;
  /** As resolved.conf(5) has it, `DNSOverTLS`. */
  readonly dnsOverTls: string;
  readonly file: string | null;
};

export type KernelFacts = {
  readonly platform: string;
  readonly release: string;
  readonly uid: number;
  readonly effectiveCapabilities: bigint;
  readonly rpFilter: string | null;
  /** Whatever of this machine lies in the synthetic range: `eth0 6.6.0.9/24`. */
  readonly inSyntheticRange: readonly string[];
  readonly syntheticRange: Prefix;
};

export type NftFacts = {
  /** Null: not installed. */
  readonly version: string | null;
  /** A fault: why the rules could not be read. */
  readonly rules: ForeignRules | Fault;
};

/** What capture without configured programs says of itself; null in its place while capture is by proxy only. */
export type TransparentFacts = {
  readonly state: 'on' | 'idle' | 'failed';
  readonly obstacles: readonly Pick<CaptureObstacle, 'code' | 'detail'>[];
  /** IPv6 ranges that are taken. */
  readonly ipv6Subnets: number;
  /** A name that gets a synthetic address; null where no profile has one. */
  readonly capturedName: string | null;
};

export type SessionFacts = {
  readonly expected: SessionExpectation;
  /** How the session is set, where it could be read: `gsettings auto http://…`, `https_proxy=…`. */
  readonly proxies: readonly { readonly source: string; readonly value: string }[];
  /** What `opengsa session` says of the setting that it keeps; null where none runs. */
  readonly kept: Pick<SessionReport, 'place' | 'state'> | Fault | null;
  /** Addresses of the captured name as a program of the person gets them; null where nothing was asked. */
  readonly resolved: readonly string[] | Fault | null;
};
