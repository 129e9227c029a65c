// Reads what class entries name: certificates and authorities in files become text, checked before anything listens.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { formatHost, type Host, parseHost } from '../protocol/destination.ts';
import { OpenGsaError } from '../protocol/error.ts';
import type { EdgeConfig, TrafficClass } from './config.ts';
import type { ClassSettings, ForwardingSettings } from './core/edge-policy.ts';
import { readPrivateFile } from './private-files.ts';

const day = 24 * 60 * 60 * 1000;
const renewalNoticeMs = 14 * day;

export type LoadedClasses = {
  readonly classes: readonly ClassSettings[];
  /** What does not hinder the edge yet, one sentence each. */
  readonly concerns: readonly string[];
};

/**
 * @throws OpenGsaError `bad-config`, `bad-permissions` or `not-found`, with the path of the field and the file
 */
export function loadClasses(
  { classes, name }: Pick<EdgeConfig, 'classes' | 'name'>,
  now: Date,
): LoadedClasses {
  const concerns: string[] = [];
  return {
    concerns,
    classes: classes.map((entry, i) => {
      const loaded = loadForwarding(entry, `classes[${i}]`, name, now);
      concerns.push(...loaded.concerns);
      return loaded.forwarding === null ? entry : { ...entry, forwarding: loaded.forwarding };
    }),
  };
}

function loadForwarding(
  entry: TrafficClass,
  path: string,
  proxy: string,
  now: Date,
): { forwarding: ForwardingSettings | null; concerns: string[] } {
  if (entry.class !== 'forwarded' && entry.class !== 'adfs') return { forwarding: null, concerns: [] };
  const { certificate, upstreamTls = {} } = entry;
  const identity = certificate === undefined ? null : readIdentity(certificate, entry.match, path, now);
  return {
    concerns: identity?.concerns ?? [],
    forwarding: {
      headers:
        entry.class === 'adfs'
          ? { class: 'adfs', proxy }
          : {
              class: 'forwarded',
              header: entry.header ?? defaultHeader,
              schemeHeader: entry.schemeHeader ?? null,
            },
      identity: identity?.identity ?? null,
      upstreamTls:
        upstreamTls === 'off'
          ? null
          : {
              name: upstreamTls.name === undefined ? null : hostOf(upstreamTls.name),
              ca:
                upstreamTls.ca === undefined
                  ? null
                  : readAuthorities(upstreamTls.ca, `${path}.upstreamTls.ca`),
            },
    },
  };
}

/** What nearly every application and proxy can be told to read. */
const defaultHeader = 'X-Forwarded-For';

function readIdentity(
  files: NonNullable<TrafficClass['certificate']>,
  match: string,
  path: string,
  now: Date,
): { identity: { key: string; certificate: string }; concerns: string[] } {
  const field = `${path}.certificate`;
  const key = readPrivateFile(files.key, `${field}.key names it`);
  const certificate = readText(files.certificate, `${field}.certificate`);
  const parsed = parseCertificate(certificate, files.certificate, `${field}.certificate`);
  const fault = (text: string): OpenGsaError =>
    new OpenGsaError('bad-config', `${field}.certificate: ${files.certificate} ${text}`);
  let belongTogether: boolean;
  try {
    belongTogether = parsed.checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw new OpenGsaError('bad-config', `${field}.key: ${files.key} is not a private key in PEM`, { cause });
  }
  if (!belongTogether) throw fault(`is not the certificate of ${files.key}`);
  if (parsed.validToDate <= now) throw fault(`ended on ${parsed.validToDate.toISOString()}`);
  const host = parseHost(match);
  if (host !== null && !holdsFor(parsed, host)) throw fault(`does not hold for ${match}`);
  const days = Math.floor((parsed.validToDate.getTime() - now.getTime()) / day);
  const ends = `the certificate of ${match} (${files.certificate}) ends in ${days} days`;
  return {
    identity: { key, certificate },
    concerns: days * day < renewalNoticeMs ? [ends] : [],
  };
}

function holdsFor(certificate: X509Certificate, host: Host): boolean {
  const text = formatHost(host);
  return (host.kind === 'name' ? certificate.checkHost(text) : certificate.checkIP(text)) !== undefined;
}

function readAuthorities(file: string, field: string): string {
  const text = readText(file, field);
  parseCertificate(text, file, field);
  return text;
}

function parseCertificate(text: string, file: string, field: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (cause) {
    throw new OpenGsaError('bad-config', `${field}: ${file} is not a certificate in PEM`, { cause });
  }
}

function readText(file: string, field: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OpenGsaError('bad-config', `${field}: ${file} cannot be read`, { cause });
  }
}

function hostOf(text: string): Host {
  const host = parseHost(text);
  if (host === null) throw new OpenGsaError('internal', `${text} is no host`);
  return host;
}
