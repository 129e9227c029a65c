// The edge's configuration as a value: its shape, its defaults and what it refuses. Reading the file is load-config.ts.
import { z } from 'zod';
import { parsePrefix, type Prefix } from '../protocol/address.ts';
import { parseListenAddress } from '../protocol/listen-address.ts';
import { parse } from '../protocol/parse.ts';
import { trafficClasses } from './class-config.ts';
import { address, perFamily, port, prefix, prefixRule } from './config-values.ts';
import { durationRule, parseDuration } from './core/duration.ts';
import { isEdgeName } from './core/edge-name.ts';
import { logExports } from './exports/export-config.ts';
import { peopleSettings } from './people-config.ts';

/** Where a socket listens. Port 0 asks the system for a free one. */
const listenAddress = z.string().transform((text, context) => {
  const parsed = parseListenAddress(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'must be address:port such as 127.0.0.1:8443 or [::1]:8443' });
  return z.NEVER;
});

const prefixValue = z.string().transform((text, context) => {
  const parsed = parsePrefix(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: prefixRule });
  return z.NEVER;
});

/**
 * For load balancers only: those of `proxyFrom` begin each connection with a PROXY v2 header, which names the device's
 * address; nobody else is heard there.
 */
const balancedListener = z
  .strictObject({ address: listenAddress, proxyFrom: z.array(prefixValue).min(1) })
  .transform(({ address: where, proxyFrom }) => ({ ...where, proxyFrom }));

/** `address:port`, or an object. The form decides first, so that a refusal names the fault and not both forms. */
const tunnelListener = z.unknown().transform((value, context) => {
  const schema = typeof value === 'string' ? listenAddress : balancedListener;
  const result: z.ZodSafeParseResult<TunnelListener> = schema.safeParse(value);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});
type TunnelListener = z.output<typeof listenAddress> & { readonly proxyFrom?: readonly Prefix[] };

/** A URL that devices use, with the addresses they dial when the name is not in their DNS. */
const publicEndpoint = z.strictObject({
  url: z.url({ protocol: /^https$/, error: 'must be a URL such as https://edge.contoso.test:8443' }),
  addresses: z.array(address).optional(),
});

/** In ms. */
const duration = z.string().transform((text, context) => {
  const parsed = parseDuration(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: durationRule });
  return z.NEVER;
});

const enrollment = z
  .strictObject({
    /** Where devices enrol, if not at https://NAME:PORT of `listen.enrollment`. */
    url: z
      .url({ protocol: /^https$/, error: 'must be a URL such as https://edge.contoso.test:8444' })
      .optional(),
    addresses: z.array(address).min(1).optional(),
    /** Of a device's certificate; the device renews it after two thirds. */
    certificateLifetime: duration
      .refine((ms) => ms >= 10_000 && ms <= 825 * 86_400_000, 'must be from 10s to 825d')
      .prefault('365d'),
    /** People of `people.issuers` enrol devices by signing in. Null: every device needs an invitation. */
    signIn: z
      .strictObject({
        /** Good devices that a person may have enrolled at a time. */
        devicesPerPerson: z.int().min(1).max(1000).default(5),
        /** How long ago the person may have typed a password or shown a key to the issuer; null: as long as the issuer lets them. */
        maxAge: duration
          .refine((ms) => ms >= 60_000 && ms <= 365 * 86_400_000, 'must be from 1m to 365d')
          .nullable()
          .default(null),
        /** Who may: people of any of these groups, as their issuer writes them; empty: everybody who may sign in. */
        groups: z.array(z.string().min(1).max(256)).max(256).default([]),
        /** The only traffic profile that such a device may use; null: all. */
        profile: z.string().min(1).nullable().default(null),
      })
      .nullable()
      .default(null),
  })
  .prefault({});

const namedLocation = z.strictObject({
  name: z.string().min(1),
  trusted: z.boolean().default(false),
  ranges: z.array(prefix).min(1),
  /** The access policies that use it: switching restoration off must be confirmed while there are any. */
  policies: z.array(z.string().min(1)).default([]),
});

const limits = z
  .strictObject({
    /** TLS connections of all devices together. */
    sessions: z.int().min(1).default(10_000),
    sessionsPerDevice: z.int().min(1).default(32),
    flows: z.int().min(1).default(50_000),
    flowsPerDevice: z.int().min(1).default(4096),
    /** A flow in which nothing moves either way is ended after between this and twice as long. */
    flowIdleSeconds: z.int().min(10).default(3600),
    /** A session without a flow for so long is ended. */
    sessionIdleSeconds: z.int().min(10).default(600),
    /** Name resolution and dialling together. */
    connectSeconds: z.int().min(1).max(120).default(15),
    handshakeSeconds: z.int().min(1).max(120).default(10),
    /** How long open flows may go on after the edge was asked to stop. */
    drainSeconds: z.int().min(0).max(3600).default(10),
  })
  .prefault({});

const settings = z.strictObject({
  name: z.string().refine(isEdgeName, 'must be a host name in lower case such as edge.contoso.test'),
  organisation: z.string().min(1).max(200),
  /** In the order of preference. Absent: https://NAME:PORT of the first tunnel listener, dialled where it listens. */
  edges: z.array(publicEndpoint).min(1).optional(),
  /** Absent: per family, the first tunnel listener of that family. */
  witness: z
    .strictObject({
      ipv4: publicEndpoint.nullable().default(null),
      ipv6: publicEndpoint.nullable().default(null),
    })
    .optional(),
  /** Absent: http://NAME:PORT/generate_204 of `listen.portalCheck`. */
  portalCheck: z
    .strictObject({
      url: z.url({
        protocol: /^http$/,
        error: 'must be a URL such as http://edge.contoso.test/generate_204',
      }),
      addresses: z.array(address).optional(),
    })
    .optional(),
  listen: z
    .strictObject({
      tunnel: z
        .array(tunnelListener)
        .min(1)
        .default([{ address: '127.0.0.1', port: 8443 }]),
      /** Plain HTTP, answers one question: is a captive portal between a device and this edge? Null: nobody answers. */
      portalCheck: listenAddress.nullable().default(null),
      /** HTTPS without a client certificate, where devices redeem invitations. Null: devices are added by hand. */
      enrollment: listenAddress.nullable().default(null),
      /** HTTPS with tokens of administrators, in Microsoft Graph's paths. Null: the commands are the only way. */
      administration: listenAddress.nullable().default(null),
      /** Plain HTTP, figures for Prometheus. Whoever reaches it reads them. Null: nobody answers. */
      metrics: listenAddress.nullable().default(null),
    })
    .prefault({}),
  enrollment,
  /** Local addresses of outgoing connections; null: the system's choice. */
  egress: perFamily.prefault({}),
  /** The addresses that destinations see, where a NAT translates `egress`; null: `egress`, else unknown. */
  egressSeen: perFamily.prefault({}),
  /** The one decision for Entra ID, Graph, Exchange and SharePoint. */
  microsoft: z.enum(['anchor', 'direct']).nullable().default(null),
  /** `microsoft` or the path of a canonical profile. */
  profiles: z.array(z.string().min(1)).default(['microsoft']),
  /** Where `endpoints check` fetches the published endpoint list. `ca`: authorities (PEM file); absent: the system's. */
  endpointList: z
    .strictObject({
      url: z.url({
        protocol: /^https$/,
        error: 'must be a URL such as https://lists.contoso.test/m365.json',
      }),
      ca: z.string().min(1).optional(),
    })
    .optional(),
  /** First match wins. */
  classes: trafficClasses.default([]),
  ports: z.array(port).default([443, 80]),
  /** Ranges that are not global and may be sources all the same (a company WAN). */
  sourceRanges: z.array(prefix).default([]),
  /** Refuse a flow whose attestation and observed address differ. */
  strict: z.boolean().default(false),
  /** What becomes of a flow whose destination would be told an address, and none is known. */
  sourceUnknown: z.enum(['allow', 'refuse']).default('allow'),
  namedLocations: z.array(namedLocation).default([]),
  /** Who may sign in at devices. */
  people: peopleSettings,
  limits,
  log: z
    .strictObject({
      level: z.enum(['error', 'warn', 'info', 'debug', 'silent']).default('info'),
      /** A file, or `-` for standard output. Absent: flows.jsonl in the state directory. */
      flows: z.string().min(1).optional(),
      /** How long records of flows are kept for questions about them. */
      retentionDays: z.int().min(1).max(3650).default(30),
      /** The largest size of those records on disk; the oldest make room. */
      recordsMegabytes: z.int().min(16).max(1_000_000).default(4096),
      /** Who collects records besides. */
      exports: logExports,
    })
    .prefault({}),
});

const configSchema = settings.superRefine((config, context) => {
  const refuse = (path: readonly string[], message: string): void =>
    context.addIssue({ code: 'custom', path: [...path], message });
  const {
    listen,
    edges,
    witness,
    enrollment: { signIn },
    people,
  } = config;
  if (signIn !== null && listen.enrollment === null) {
    refuse(['listen', 'enrollment'], 'is needed with enrollment.signIn: devices enrol there');
  }
  if (signIn !== null && people.issuers.length === 0) {
    refuse(['people', 'issuers'], 'is needed with enrollment.signIn: else nobody could sign in');
  }
  // Behind a load balancer devices are told where that is: they cannot use the listener.
  if (listen.tunnel.every(({ proxyFrom }) => proxyFrom === undefined)) return;
  for (const [key, value] of Object.entries({ edges, witness })) {
    if (value !== undefined) continue;
    refuse([key], 'is needed where a listener has proxyFrom: devices connect to the load balancer');
  }
});

export type EdgeConfig = z.output<typeof configSchema>;
export type TrafficClass = EdgeConfig['classes'][number];

/** @throws OpenGsaError `bad-config` that begins with `subject` and the path of the first fault */
export function parseConfig(value: unknown, subject: string): EdgeConfig {
  return parse(configSchema, value, subject, 'bad-config');
}
