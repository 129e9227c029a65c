// Reads the certificate from a file in PEM that a person names, and nothing else that may stand in it.
import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { OpenGsaError } from '../../protocol/error.ts';
import { mostCertificateCharacters } from '../control/requests.ts';
import { typedPath } from '../paths.ts';
import { readText } from './json-file.ts';
import type { Terminal } from './terminal.ts';

export type CertificateFile = {
  readonly certificate: X509Certificate;
  /** How many more stand behind it: those of the authorities, as a rule. */
  readonly further: number;
};

/** A long chain has some 20,000 characters. */
const largest = 256 * 1024;
const block = /-----BEGIN (?<label>[A-Z0-9 ]{1,40})-----[^-]*-----END \k<label>-----/g;

/**
 * The first one: a chain begins with the certificate of its holder. A private key in the same file is passed over.
 *
 * @throws OpenGsaError as readText, or `bad-certificate` that names the file and what it holds
 */
export function readCertificateFile(file: string, { environment }: Terminal): CertificateFile {
  const path = typedPath(file, environment);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largest) throw refused(file, `is too large for a certificate (${size} bytes)`);
  const labels = [...readText(path, file).matchAll(block)].map(([text, label = '']) => ({ text, label }));
  const certificates = labels.filter(({ label }) => label === 'CERTIFICATE');
  const [first] = certificates;
  if (first === undefined) throw refused(file, contentOf(labels.map(({ label }) => label)));
  if (first.text.length > mostCertificateCharacters) {
    throw refused(file, `has a certificate of more than ${mostCertificateCharacters} characters`);
  }
  try {
    return { certificate: new X509Certificate(first.text), further: certificates.length - 1 };
  } catch (cause) {
    throw new OpenGsaError('bad-certificate', `${file}: the certificate in it is damaged`, { cause });
  }
}

function contentOf(labels: readonly string[]): string {
  if (labels.some((label) => label.endsWith('PRIVATE KEY'))) {
    return 'holds a private key and no certificate; name the file of its certificate, and keep the key where it is';
  }
  if (labels.includes('CERTIFICATE REQUEST'))
    return 'holds a request; name the certificate that was made from it';
  const wanted = 'it must have a certificate in PEM, which begins with -----BEGIN CERTIFICATE-----';
  return labels.length > 0 ? `holds ${labels.join(', ')}; ${wanted}` : `holds no PEM; ${wanted}`;
}

function refused(file: string, reason: string): OpenGsaError {
  return new OpenGsaError('bad-certificate', `${file}: ${reason}`);
}
