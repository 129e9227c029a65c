// One entry of `log.exports` in the edge's configuration: who collects which records, and how they are sent.
import { z } from 'zod';
import { formatDestination, parseAuthority } from '../../protocol/destination.ts';
import { type SyslogFacility, syslogFacilities } from '../core/syslog.ts';

/** `traffic`: one for each flow; `audit`: who changed what, and who was refused. */
export const exportedRecords = ['traffic', 'audit'] as const;

const records = z
  .array(z.enum(exportedRecords))
  .min(1)
  .default([...exportedRecords]);
/** What stands for the collector in the log and the figures. */
const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores')
  .optional();
const file = z.string().min(1);

const server = z.string().transform((text, context) => {
  const parsed = parseAuthority(text);
  if (parsed !== null) return parsed;
  context.addIssue({
    code: 'custom',
    message: 'must be host:port such as logs.contoso.test:6514 or [::1]:514',
  });
  return z.NEVER;
});

const syslogExport = z
  .strictObject({
    type: z.literal('syslog'),
    name,
    records,
    server,
    transport: z.enum(['udp', 'tcp', 'tls']),
    facility: z
      .enum(Object.keys(syslogFacilities) as [SyslogFacility, ...SyslogFacility[]])
      .default('local0'),
    /**
     * The Private Enterprise Number in the names of structured data. The default is the one that RFC 5612 keeps for
     * examples: OpenGSA has none of its own.
     */
    enterpriseNumber: z.int().min(1).max(4_294_967_295).default(32_473),
    /** A PEM file with the only authorities that count. Absent: those of the system. */
    ca: file.optional(),
    /** Shown to a server that asks for one. */
    certificate: z.strictObject({ certificate: file, key: file }).optional(),
  })
  .superRefine(({ transport, ca, certificate }, context) => {
    if (transport === 'tls') return;
    for (const [key, value] of Object.entries({ ca, certificate })) {
      if (value === undefined) continue;
      context.addIssue({ code: 'custom', path: [key], message: 'is for transport: tls' });
    }
  });

const otlpExport = z
  .strictObject({
    type: z.literal('otlp'),
    name,
    records,
    /** The whole URL, in most collectors https://HOST:4318/v1/logs. */
    url: z.url({
      protocol: /^https?$/,
      error: 'must be a URL such as https://collector.contoso.test:4318/v1/logs',
    }),
    /** A private file (0600) with a header a line, `Name: value`, such as one with a bearer token. */
    headersFile: file.optional(),
    compression: z.enum(['none', 'gzip']).default('none'),
    ca: file.optional(),
    certificate: z.strictObject({ certificate: file, key: file }).optional(),
  })
  .superRefine(({ url, headersFile, ca, certificate }, context) => {
    const { protocol, hostname, username, password } = new URL(url);
    if (username !== '' || password !== '') {
      context.addIssue({
        code: 'custom',
        path: ['url'],
        message: 'must not hold a password: put a header into headersFile',
      });
    }
    if (protocol === 'https:') return;
    for (const [key, value] of Object.entries({ ca, certificate })) {
      if (value === undefined) continue;
      context.addIssue({ code: 'custom', path: [key], message: 'is for a URL that begins with https://' });
    }
    if (headersFile === undefined || isLoopbackHost(hostname)) return;
    const message = 'would be sent in clear text: the URL must begin with https://';
    context.addIssue({ code: 'custom', path: ['headersFile'], message });
  });

const logExport = z.discriminatedUnion('type', [syslogExport, otlpExport]);
export type LogExport = z.output<typeof logExport>;
export type SyslogExport = z.output<typeof syslogExport>;
export type OtlpExport = z.output<typeof otlpExport>;

/** Two of one name could not be told apart in the figures. */
export const logExports = z
  .array(logExport)
  .max(16)
  .default([])
  .superRefine((exports, context) => {
    const names = exports.map(exportName);
    names.forEach((taken, i) => {
      if (names.indexOf(taken) === i) return;
      const message = `is needed: there is another collector named ${JSON.stringify(taken)}`;
      context.addIssue({ code: 'custom', path: [i, 'name'], message });
    });
  });

/** Whether what is sent there stays on this machine. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);
}

/** What stands for a collector in the log and the figures: its name, or where it is. */
export function exportName(entry: LogExport): string {
  const place = entry.type === 'syslog' ? formatDestination(entry.server) : new URL(entry.url).host;
  return entry.name ?? `${entry.type} ${place}`;
}
