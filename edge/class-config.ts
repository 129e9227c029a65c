// One entry of the edge's class table as it is configured, and what no two entries may do together.
import { z } from 'zod';
import { parsePrefix } from '../protocol/address.ts';
import { parseHost } from '../protocol/destination.ts';
import { isHostPattern } from '../protocol/profile.ts';
import { restorationClass } from '../protocol/restoration.ts';
import { address, perFamily, port } from './config-values.ts';

/** A header that the edge writes: a name that no server reads as another, and none that HTTP itself acts upon. */
const headerName = z
  .string()
  .refine(
    (text) => /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(text),
    'must be a header name of letters, digits and hyphens',
  )
  .refine(
    (text) => !reservedHeaders.has(text.toLowerCase()),
    'is a header that HTTP or the application needs itself',
  );

/** How the edge verifies the destination of a class that ends TLS; `off` is plain HTTP. */
const upstreamTls = z.union([
  z.literal('off'),
  z.strictObject({
    /** Whom its certificate must name. Absent: the host that the device asked for. */
    name: z
      .string()
      .refine((text) => parseHost(text) !== null, 'must be a host name or an address')
      .optional(),
    /** A PEM file with the only authorities that count. Absent: those of the system. */
    ca: z.string().min(1).optional(),
  }),
]);

const trafficClass = z
  .strictObject({
    match: z
      .string()
      .refine(
        isMatch,
        'must be a host name in lower case, with * for any run of characters, or an address or prefix such as 192.0.2.0/24',
      ),
    /** Absent: any port that the edge allows. Listed ports are allowed for this class in any case. */
    ports: z.array(port).min(1).optional(),
    class: restorationClass.refine(
      // The edge cannot read inside TLS of hosts that are not the organisation's; the device can, for its own programs.
      (value) => value !== 'tenant-restriction',
      'the class tenant-restriction is a setting of the device: inspection.tenantRestriction in agent.yaml',
    ),
    /** Dialled in place of the resolved name; exactly this address and port is exempt from the address policy. */
    upstream: z.strictObject({ address, port }).optional(),
    /** Which family the destination's policies are written in; the stated address prefers it. */
    family: z.enum(['ipv4', 'ipv6']).optional(),
    /** For `anchor`: the local addresses that flows leave from. */
    egress: perFamily.optional(),
    /** For `proxy-v2`: `checksum` keeps the header below the 107 bytes that nginx before 1.23.2 takes. */
    proxyFields: z.enum(['all', 'checksum']).optional(),
    /** For `forwarded`: the one header that holds the person's address. */
    header: headerName.optional(),
    /** For `forwarded`: a header that holds `https` or `http`, as the application spoke. */
    schemeHeader: headerName.optional(),
    /** For `forwarded` and `adfs`. */
    upstreamTls: upstreamTls.optional(),
    /** For `forwarded` and `adfs`: PEM files. Absent: issued by the edge's own authority. */
    certificate: z.strictObject({ certificate: z.string().min(1), key: z.string().min(1) }).optional(),
  })
  .superRefine((entry, context) => {
    if (entry.egress !== undefined && entry.class !== 'anchor') {
      context.addIssue({ code: 'custom', path: ['egress'], message: 'only the class anchor takes it' });
    }
    if (entry.upstream === undefined && isStating(entry.class)) {
      // Without it nothing keeps devices from the port by another name, and a port that takes headers believes theirs.
      context.addIssue({ code: 'custom', path: ['upstream'], message: `the class ${entry.class} needs it` });
    }
    for (const [key, classes] of Object.entries(settingsOfClasses)) {
      if (!(key in entry) || classes.includes(entry.class)) continue;
      const owners = `only the ${classes.length > 1 ? 'classes' : 'class'} ${classes.join(' and ')}`;
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `${owners} take${classes.length > 1 ? '' : 's'} it`,
      });
    }
    if (entry.upstream !== undefined && entry.class === 'direct') {
      context.addIssue({
        code: 'custom',
        path: ['upstream'],
        message: 'the class direct does not pass the edge',
      });
    }
  });

/**
 * A port that believes a PROXY header or a forwarding header would believe a device's own, if another class relayed to it.
 * `forwarded` and `adfs` may share one: both take every such header away.
 */
export const trafficClasses = z.array(trafficClass).superRefine((entries, context) => {
  entries.forEach((entry, i) => {
    if (entry.upstream === undefined) return;
    const believer = entries.find(
      (other) =>
        isStating(other.class) &&
        upstreamText(other) === upstreamText(entry) &&
        framingOf(other.class) !== framingOf(entry.class),
    );
    // Of two that state, the later one is at fault.
    if (believer === undefined || (isStating(entry.class) && entries.indexOf(believer) > i)) return;
    const article = believer.class === 'adfs' ? 'an' : 'a';
    const message = `is the upstream of ${article} ${believer.class} entry too, which the class ${entry.class} must not reach`;
    context.addIssue({ code: 'custom', path: [i, 'upstream'], message });
  });
});

function isStating(restoration: string): boolean {
  return restoration === 'proxy-v2' || restoration === 'forwarded' || restoration === 'adfs';
}

/** What a destination must expect of the class. */
function framingOf(restoration: string): 'proxy' | 'http' | 'plain' {
  if (restoration === 'proxy-v2') return 'proxy';
  return isStating(restoration) ? 'http' : 'plain';
}

function upstreamText({ upstream }: z.output<typeof trafficClass>): string {
  return upstream === undefined ? '' : `${upstream.address} ${upstream.port}`;
}

const settingsOfClasses: Readonly<Record<string, readonly string[]>> = {
  header: ['forwarded'],
  schemeHeader: ['forwarded'],
  upstreamTls: ['forwarded', 'adfs'],
  certificate: ['forwarded', 'adfs'],
};

const reservedHeaders: ReadonlySet<string> = new Set([
  'accept',
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'origin',
  'te',
  'traceparent',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A misspelt address (192.0.2.300) would pass as a pattern that no flow can ever match. */
function isMatch(text: string): boolean {
  if (parsePrefix(text) !== null) return true;
  return isHostPattern(text) && (text.includes('*') || parseHost(text)?.kind === 'name');
}
