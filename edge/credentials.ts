// The keys and certificates in the state directory, read and checked before anything listens.
import { createPrivateKey, X509Certificate } from 'node:crypto';
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
  if (certificate.checkHost(name) === undefined) throw fault(`does not hold for the name ${name}`);
  if (certificate.validToDate <= now) throw fault(`ended on ${certificate.validToDate.toISOString()}`);
}
