// The agent's configuration (agent.yaml): its schema, its defaults and its errors. Every key may be left out.
import { z } from 'zod';
import { parseAddress, parsePrefix, type Prefix } from '../protocol/address.ts';
import { hostOfUrl, parseHost } from '../protocol/destination.ts';
import { type ListenAddress, parseListenAddress } from '../protocol/listen-address.ts';
import { parse } from '../protocol/parse.ts';
import { authenticationKind, profileSchema } from '../protocol/profile.ts';
import { isProgramPattern } from './policy/program-rules.ts';
import { thirdPartiesConfig } from './third-parties-config.ts';

const listen = z.string().transform((text, context): ListenAddress | null => {
  if (text === 'off') return null;
  const address = parseListenAddress(text);
  if (address !== null) return address;
  context.addIssue({ code: 'custom', message: 'must be address:port (127.0.0.1:8088, [::1]:8088) or off' });
  return z.NEVER;
});

const syntheticRange = z.string().transform((text, context): Prefix => {
  const prefix = parsePrefix(text);
  if (prefix?.address.family === 'ipv4' && prefix.length === 16) return prefix;
  context.addIssue({ code: 'custom', message: 'must be an IPv4 prefix of 16 bits such as 6.6.0.0/16' });
  return z.NEVER;
});

const perFamily = z
  .strictObject({
    ipv4: z.ipv4('must be an IPv4 address').nullable().default(null),
    ipv6: z.ipv6('must be an IPv6 address').nullable().default(null),
  })
  .prefault({});

const hostPattern = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine(
    isDestinationPattern,
    'must be a host name (with * for any run of characters), an address or a prefix',
  );

const port = z
  .union([z.int().min(1).max(65_535), z.string().regex(/^[1-9]\d{0,4}(-[1-9]\d{0,4})?$/)])
  .transform(String);

const customRule = z.strictObject({
  name: z.string().min(1).optional(),
  destinations: z.array(hostPattern).min(1),
  ports: z.array(port).min(1).default(['443']),
  authentication: authenticationKind.optional(),
  /** What happens to this traffic while no edge answers. */
  hardening: z.enum(['block', 'bypass']).default('block'),
  /** Whose flows it is for; absent: everybody's. Holds only where the program can be told: see `processes`. */
  programs: z
    .array(
      z
        .string()
        .refine(
          isProgramPattern,
          'must be the absolute path of a program, such as /usr/bin/curl; * stands for any characters but /',
        ),
    )
    .min(1)
    .max(64)
    .optional(),
});
export type CustomRule = z.output<typeof customRule>;

/** A service that answers with the address that it sees, asked by `opengsa seen-as --verify` and by nothing else. */
const reflection = z.strictObject({
  url: z
    .url({ protocol: /^https$/, error: 'must be a URL such as https://whoami.contoso.test/' })
    .refine(isPlainUrl, 'must name a host and no user, password or fragment'),
  /** Whose path it lies on, and for which its answer is taken; absent: its own host. */
  destinations: z.array(hostPattern).min(1).optional(),
  /** A PEM file with the authorities that may sign its certificate; null: the system's. */
  ca: z.string().min(1).nullable().default(null),
});
export type ReflectionConfig = z.output<typeof reflection>;

const guid = z
  .guid('must be a GUID such as 11111111-2222-3333-4444-555555555555')
  .transform((text) => text.toLowerCase());

const seconds = (least: number, most: number) => z.int().min(least).max(most);

/** How programs come to the agent: they name its proxies, they are taken without knowing (Linux), or both. */
export const captureMode = z.enum(['proxy', 'transparent', 'both']);
export type CaptureMode = z.output<typeof captureMode>;

export const agentConfigSchema = z.strictObject({
  /** Directory with the files of `opengsa-edge devices add`. Absent: the device is not enrolled and all goes direct. */
  credentials: z.string().min(1).nullable().default(null),
  capture: z
    .strictObject({
      mode: captureMode.default('proxy'),
      http: listen.prefault('127.0.0.1:8088'),
      socks5: listen.prefault('127.0.0.1:8089'),
      /** Name to password. Empty: no authentication is asked. A file with passwords must be 0600. */
      socks5Users: z.record(z.string().min(1).max(255), z.string().min(1).max(255)).default({}),
      transparent: z
        .strictObject({
          /** Addresses that stand for names on this machine; a /16 that it has no other use for. */
          syntheticRange: syntheticRange.prefault('6.6.0.0/16'),
          /** The account whose programs are captured; null: everybody's. */
          onlyUser: z.string().min(1).nullable().default(null),
        })
        .prefault({}),
    })
    .prefault({}),
  /** Which profiles are on at the first start; afterwards the person's choice holds. */
  profiles: z.record(z.string(), z.enum(['enabled', 'disabled'])).default({ microsoft: 'enabled' }),
  /**
   * `apply`: the profiles that the organisation assigns take the place of those of this machine, and its break-glass switch
   * holds. `ignore`: the device asks for none.
   */
  organisationProfiles: z.enum(['apply', 'ignore']).default('apply'),
  /** The organisation's own identity providers and apps, matched before every profile. */
  customRules: z.array(customRule).default([]),
  /**
   * What is found out of who opened a flow: the account, or also the program. The program of other accounts takes
   * CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.
   */
  processes: z.enum(['uid', 'executable']).default('uid'),
  tunnel: z
    .strictObject({
      protocol: z.enum(['auto', 'h2', 'http/1.1']).default('auto'),
      /** Source address towards the edge, where it differs from `localAddress`. */
      localAddress: perFamily,
    })
    .prefault({}),
  /** Source address of outgoing sockets, per family; null lets the system choose. */
  localAddress: perFamily,
  /**
   * Who is asked for a captive portal while no edge answers: the organisation's edge, where it offers that; nobody; or a
   * server that answers its plain-HTTP URL with 204 and is told this device's address by being asked.
   */
  portalCheck: z
    .string()
    .refine(
      (text) => text === 'edge' || text === 'off' || isPortalCheckUrl(text),
      'must be edge, off, or a URL such as http://connectivity.contoso.test/generate_204',
    )
    .default('edge'),
  people: z
    .strictObject({
      /** A PEM file with the authorities of the certificates of issuers, where they are not the system's. */
      ca: z.string().min(1).nullable().default(null),
    })
    .prefault({}),
  management: z
    .strictObject({
      /** Whose members may use the management socket too; null: only the account that runs the agent. */
      group: z.string().min(1).nullable().default(null),
    })
    .prefault({}),
  egress: z
    .strictObject({
      /** How often the witness is asked while nothing changes. Statements live 300 s at most. */
      intervalSeconds: seconds(5, 300).default(120),
      /** How long one question may take. */
      timeoutSeconds: seconds(1, 30).default(5),
      /** Who else may be asked for this network's address. Nobody, unless named. */
      thirdParties: thirdPartiesConfig,
    })
    .prefault({}),
  /** Local TLS inspection of the sign-in hosts; absent: nothing is inspected. */
  inspection: z
    .strictObject({
      /** Tenant restrictions v2: the tenant, and the identifier of its policy in Entra's cross-tenant settings. */
      tenantRestriction: z.strictObject({ tenantId: guid, policyId: guid }).nullable().default(null),
      /** A PEM file with authorities that are trusted for the sign-in hosts beside the usual ones. */
      upstreamCa: z.string().min(1).nullable().default(null),
    })
    .prefault({}),
  /** First match wins. */
  reflections: z.array(reflection).max(32).default([]),
  log: z
    .strictObject({
      level: z.enum(['error', 'warn', 'info', 'debug', 'trace']).default('info'),
    })
    .prefault({}),
});
export type AgentConfig = z.output<typeof agentConfigSchema>;

/** @throws OpenGsaError `bad-config`, its message with the path of the fault: `capture.http: must be …` */
export function parseAgentConfig(value: unknown, subject: string): AgentConfig {
  return parse(agentConfigSchema, value ?? {}, subject, 'bad-config');
}

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const { username, password, hash } = url;
  return username === '' && password === '' && hash === '' && parseHost(hostOfUrl(url)) !== null;
}

function isPortalCheckUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'http:' && url.username === '' && url.password === '' && text.length <= 512;
}

function isDestinationPattern(text: string): boolean {
  if (parsePrefix(text) !== null || parseAddress(text) !== null) return true;
  const policy = profileSchema.shape.policies.element.shape.rules.element;
  return policy.safeParse(probeRule(text)).success;
}

// The profile's own schema says which host patterns exist; a rule with only this destination asks it.
function probeRule(pattern: string): unknown {
  return {
    id: 'probe',
    name: 'probe',
    action: 'forward',
    clientFallbackAction: 'block',
    category: 'default',
    protocol: 'tcp',
    ports: ['443'],
    ruleType: 'fqdn',
    destinations: [{ value: pattern }],
  };
}
