// Reads what entries of `log.exports` name: authorities, identities and secret headers in files become text, before anything listens.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { formatHost } from '../../protocol/destination.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { readPrivateFile } from '../private-files.ts';
import {
  exportName,
  isLoopbackHost,
  type LogExport,
  type OtlpExport,
  type SyslogExport,
} from './export-config.ts';
import type { ExportedKind } from './exported-record.ts';
import type { OtlpCollector } from './otlp-sender.ts';
import type { SyslogSettings } from './syslog-encoding.ts';
import type { SyslogServer } from './syslog-sender.ts';

/** One collector, with everything that is needed to send to it; a value that can be handed to a thread. */
export type LoadedExport = { readonly name: string; readonly records: readonly ExportedKind[] } & (
  | { readonly type: 'syslog'; readonly settings: SyslogSettings; readonly server: SyslogServer }
  | { readonly type: 'otlp'; readonly collector: OtlpCollector }
);

/** The longest file of headers that is read, in characters. */
const longestHeaders = 64 * 1024;

/** @throws OpenGsaError `bad-config`, `bad-permissions` or `not-found`, with the path of the field and the file */
export function loadExports(exports: readonly LogExport[]): readonly LoadedExport[] {
  return exports.map((entry, i) => {
    const path = `log.exports[${i}]`;
    return entry.type === 'syslog' ? loadSyslog(entry, path) : loadOtlp(entry, path);
  });
}

/** What does not hinder the edge, one sentence each: addresses of people that others on the way could read. */
export function exportConcerns(exports: readonly LoadedExport[]): string[] {
  return exports.filter(isInClearText).map(({ name }) => {
    return `what goes to the collector of logs ${name} leaves this machine in clear text; use TLS`;
  });
}

function isInClearText(entry: LoadedExport): boolean {
  if (entry.type === 'syslog') {
    return entry.server.transport !== 'tls' && !isLoopbackHost(entry.server.host);
  }
  const { protocol, hostname } = new URL(entry.collector.url);
  return protocol === 'http:' && !isLoopbackHost(hostname);
}

function loadSyslog(entry: SyslogExport, path: string): LoadedExport {
  const { records, transport, facility, enterpriseNumber, server } = entry;
  return {
    type: 'syslog',
    name: exportName(entry),
    records,
    settings: { facility, enterpriseNumber, framing: transport === 'udp' ? 'datagram' : 'octet-counted' },
    server: { host: formatHost(server.host), port: server.port, transport, ...loadTls(entry, path) },
  };
}

function loadOtlp(entry: OtlpExport, path: string): LoadedExport {
  const { records, url, headersFile, compression } = entry;
  return {
    type: 'otlp',
    name: exportName(entry),
    records,
    collector: {
      ...{ url, compression, ...loadTls(entry, path) },
      headers: headersFile === undefined ? {} : readHeaders(headersFile, `${path}.headersFile`),
    },
  };
}

function loadTls(
  { ca, certificate }: Pick<LogExport, 'ca' | 'certificate'>,
  path: string,
): Pick<SyslogServer, 'ca' | 'identity'> {
  return {
    ca: ca === undefined ? null : readCertificate(ca, `${path}.ca`),
    identity: certificate === undefined ? null : readIdentity(certificate, `${path}.certificate`),
  };
}

function readIdentity(
  files: { readonly certificate: string; readonly key: string },
  path: string,
): NonNullable<SyslogServer['identity']> {
  const key = readPrivateFile(files.key, `${path}.key names it`);
  const certificate = readCertificate(files.certificate, `${path}.certificate`);
  let belongTogether: boolean;
  try {
    belongTogether = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw new OpenGsaError('bad-config', `${path}.key: ${files.key} is not a private key in PEM`, { cause });
  }
  if (belongTogether) return { key, certificate };
  throw new OpenGsaError(
    'bad-config',
    `${path}: ${files.certificate} is not the certificate of ${files.key}`,
  );
}

function readCertificate(file: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OpenGsaError('bad-config', `${path}: ${file} cannot be read`, { cause });
  }
  try {
    new X509Certificate(text);
  } catch (cause) {
    throw new OpenGsaError('bad-config', `${path}: ${file} is not a certificate in PEM`, { cause });
  }
  return text;
}

/** No message quotes a line: it holds a secret. */
function readHeaders(file: string, path: string): Readonly<Record<string, string>> {
  const text = readPrivateFile(file, `${path} names it`);
  if (text.length > longestHeaders) throw new OpenGsaError('bad-config', `${path}: ${file} is too long`);
  const headers: Record<string, string> = {};
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const [, name = '', value = ''] =
      /^([A-Za-z0-9-]{1,64}):[ \t]*([\x20-\x7e]{1,8192}?)[ \t\r]*$/.exec(line) ?? [];
    const where = `${path}: line ${i + 1} of ${file}`;
    if (name === '') {
      throw new OpenGsaError('bad-config', `${where} is not a header such as "Authorization: Bearer TOKEN"`);
    }
    if (ownHeaders.has(name.toLowerCase()))
      throw new OpenGsaError('bad-config', `${where} names ${name}, which the edge writes itself`);
    headers[name] = value;
  });
  return headers;
}

const ownHeaders = new Set([
  'host',
  'connection',
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'expect',
  'upgrade',
]);
