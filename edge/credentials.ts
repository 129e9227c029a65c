// The keys and certificates in the state directory, read and checked before anything listens.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { parseAddress } from '../protocol/address.ts';
import { OpenGsaError } from '../protocol/error.ts';
import type { Credential } from './identity/pki.ts';
import { parseWitnessKey, type WitnessKey } from './identity/witness-key.ts';
import type { StateFiles } from './paths.ts';
import { readPrivateFile } from './private-files.ts';

export type EdgeCredentials = {
  readonly authority: Credential;
  readonly edge: Credential;
  readonly witness: WitnessKey;
};

const day = 24 * 60 * 60 * 1000;
/** Long enough to plan the restart that a renewal needs. */
const renewalNoticeMs = 60 * day;
const renewal = 'docs/operations.md says how to renew it';
const hint = 'make it with: opengsa-edge init';

/**
 * @throws OpenGsaError `not-found`, `bad-permissions` (others may read a key) or `bad-config` (a file is damaged,
 *   a key and its certificate do not belong together, or the edge's certificate does not hold)
 */
export function loadCredentials(files: StateFiles, name: string, now: Date): EdgeCredentials {
  const authority = readCredential(files.authorityKey, files.authorityCertificate);
  const edge = readCredential(files.edgeKey, files.edgeCertificate);
  checkEdgeCertificate(edge, authority, files, name, now);
  const witness = parseWitnessKey(readPrivateFile(files.witnessKey, hint), files.witnessKey);
  return { authority, edge, witness };
}

/** What does not hinder this edge and will hinder devices, one sentence each. */
export function certificateConcerns(
  { certificate }: Credential,
  hosts: readonly string[],
  now: Date,
): string[] {
  const parsed = new X509Certificate(certificate);
  const days = Math.floor((parsed.validToDate.getTime() - now.getTime()) / day);
  const ends = `the edge's certificate ends in ${days} days; ${renewal}`;
  return [
    ...(days * day < renewalNoticeMs ? [ends] : []),
    ...hosts
      .filter((host) => !holdsFor(parsed, host))
      .map(
        (host) =>
          `the edge's certificate does not hold for ${host}: devices refuse this edge there; ${renewal}`,
      ),
  ];
}

function holdsFor(certificate: X509Certificate, host: string): boolean {
  const found = parseAddress(host) === null ? certificate.checkHost(host) : certificate.checkIP(host);
  return found !== undefined;
}

function readCredential(keyFile: string, certificateFile: string): Credential {
  const key = readPrivateFile(keyFile, hint);
  const certificate = readPrivateFile(certificateFile, hint);
  let belongTogether: boolean;
  try {
    belongTogether = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw new OpenGsaError('bad-config', `${keyFile} or ${certificateFile} is damaged`, { cause });
  }
  if (belongTogether) return { key, certificate };
  throw new OpenGsaError('bad-config', `${certificateFile} is not the certificate of ${keyFile}`);
}

function checkEdgeCertificate(
  edge: Credential,
  authority: Credential,
  { edgeCertificate, authorityCertificate }: StateFiles,
  name: string,
  now: Date,
): void {
  const certificate = new X509Certificate(edge.certificate);
  const fault = (text: string): OpenGsaError =>
    new OpenGsaError('bad-config', `${edgeCertificate}: ${text}; devices would refuse this edge`);
  if (!certificate.verify(new X509Certificate(authority.certificate).publicKey)) {
    throw fault(`is not signed by ${authorityCertificate}`);
  }
  if (certificate.checkHost(name) === undefined)
    throw fault(`does not hold for the name ${name}; ${renewal}`);
  if (certificate.validToDate <= now)
    throw fault(`ended on ${certificate.validToDate.toISOString()}; ${renewal}`);
}
