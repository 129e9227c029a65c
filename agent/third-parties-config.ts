// The part of agent.yaml that lets third parties be asked for this network's address. Off unless somebody is named here.
import { z } from 'zod';
import { families as everyFamily, type Family } from '../protocol/address.ts';
import {
  hostOfUrl,
  formatDestination,
  formatHost,
  type Host,
  parseAuthority,
  parseHost,
} from '../protocol/destination.ts';
import { dnsPresets } from './core/dns-presets.ts';
import { operatorOf } from './core/operator-name.ts';

const stunPort = 3478;
const dnsPort = 53;
/** Of each kind. Two operators are enough for a quorum. */
const mostOfAKind = 8;

/** Two answers of one operator are one voice. By default the last two labels of its name. */
const operator = z
  .string()
  .min(1)
  .max(100)
  .transform((text) => text.toLowerCase());
/** Asked over this family only. Absent: over both. */
const family = z.enum(['ipv4', 'ipv6']).optional();
const unnamedOperator = 'must be given where an address is asked: it does not say who runs it';

const otherFamily = 'the address is of the other family';

const stun = z
  .strictObject({ server: z.string(), operator: operator.optional(), family })
  .transform((entry, context) => {
    const server = parseHostAndPort(entry.server, stunPort);
    if (server === null) {
      return refuse(context, 'server', 'must be a host with an optional port: stun.example.test:3478');
    }
    const runBy = entry.operator ?? operatorOf(server.host);
    if (runBy === null) return refuse(context, 'operator', unnamedOperator);
    const families = familiesOf(server.host, entry.family);
    if (families.length === 0) return refuse(context, 'family', otherFamily);
    const asked = formatDestination(server);
    return { host: formatHost(server.host), port: server.port, asked, operator: runBy, families };
  });

const https = z
  .strictObject({ url: z.string(), operator: operator.optional(), family })
  .transform((entry, context) => {
    const url = parseHttpsUrl(entry.url);
    const host = url === null ? null : parseHost(hostOfUrl(url));
    if (url === null || host === null) {
      return refuse(context, 'url', 'must be an https URL without a user: https://echo.example.test/ip');
    }
    const runBy = entry.operator ?? operatorOf(host);
    if (runBy === null) return refuse(context, 'operator', unnamedOperator);
    const families = familiesOf(host, entry.family);
    if (families.length === 0) return refuse(context, 'family', otherFamily);
    return { url, asked: url.href, operator: runBy, families };
  });

const dnsServers = (wanted: Family) =>
  z
    .array(
      z.string().transform((text, context) => {
        const server = parseHostAndPort(text, dnsPort);
        if (server?.host.kind !== 'address' || server.host.address.family !== wanted) {
          const name = wanted === 'ipv4' ? 'IPv4' : 'IPv6';
          context.addIssue({ code: 'custom', message: `must be an ${name} address with an optional port` });
          return z.NEVER;
        }
        return { address: server.host.address.text, port: server.port };
      }),
    )
    .max(4)
    .default([]);

const presetNames = Object.keys(dnsPresets).join(', ');
const dnsRecord = z.strictObject(
  {
    name: z.string().refine((text) => parseHost(text)?.kind === 'name', 'must be the name of a record'),
    /** `address` is A over IPv4 and AAAA over IPv6. */
    type: z.enum(['address', 'TXT']),
    class: z.enum(['IN', 'CH']).default('IN'),
    /** Asked directly, in turn; a resolver in between would be told its own address. */
    servers: z
      .strictObject({ ipv4: dnsServers('ipv4'), ipv6: dnsServers('ipv6') })
      .refine(({ ipv4, ipv6 }) => ipv4.length + ipv6.length > 0, 'must name a server'),
    operator,
  },
  {
    error: ({ code }) => (code === 'invalid_type' ? `must be one of ${presetNames}, or a record` : undefined),
  },
);
const dns = z.preprocess(
  (value) => (typeof value === 'string' ? (dnsPresets[value] ?? value) : value),
  dnsRecord,
);

/**
 * Each of these is told this network's address, when and how often the device is on, by the very question. They are
 * asked only for what the organisation's own witness and edge did not settle, and their word is never attached.
 */
export const thirdPartiesConfig = z
  .strictObject({
    stun: z.array(stun).max(mostOfAKind).default([]),
    https: z.array(https).max(mostOfAKind).default([]),
    dns: z.array(dns).max(mostOfAKind).default([]),
  })
  .prefault({});
export type ThirdPartiesConfig = z.output<typeof thirdPartiesConfig>;

function refuse(context: z.RefinementCtx, key: string, message: string): never {
  context.addIssue({ code: 'custom', path: [key], message });
  return z.NEVER;
}

function parseHostAndPort(text: string, defaultPort: number): { host: Host; port: number } | null {
  const bare = parseHost(text);
  return bare === null ? parseAuthority(text) : { host: bare, port: defaultPort };
}

function parseHttpsUrl(text: string): URL | null {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' ? url : null;
}

/** A name may have addresses of both. */
function familiesOf(host: Host, only: Family | undefined): readonly Family[] {
  const able = host.kind === 'address' ? [host.address.family] : everyFamily;
  return able.filter((one) => only === undefined || one === only);
}
