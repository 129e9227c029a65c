// The authority of this machine for local inspection, and the certificates that it signs.
import { generateKeyPair, randomBytes, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { OpenGsaError } from '../../protocol/error.ts';
import { type InspectedHost, isInspectedHost } from '../core/inspected-hosts.ts';
import { nameConstraintsDer } from './name-constraints.ts';

/** A private key (PKCS #8) and its certificate, both PEM. */
export type KeyAndCertificate = { readonly key: string; readonly certificate: string };

const day = 24 * 60 * 60 * 1000;
const rsaBits = 2048;
/** Trust that is forgotten ends by itself. */
const authorityLifetimeMs = 365 * day;
/** Applications whose clock is a little late must not refuse a fresh certificate. */
const backdatedMs = 60 * 60 * 1000;
export const leafLifetimeMs = day;

/** Every authority for inspection is called so, on every machine; the number behind it is the machine's. */
const commonNameStart = 'OpenGSA local inspection ';
const nameConstraintsId = '2.5.29.30';

/** A new authority: its key exists nowhere else, and it can speak for the inspected hosts only. */
export async function createLocalAuthority(now: Date): Promise<KeyAndCertificate> {
  const commonName = `${commonNameStart}${randomBytes(4).toString('hex')}`;
  const { key, certificate } = await draft(commonName, now, authorityLifetimeMs - backdatedMs);
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true },
    { name: 'extKeyUsage', serverAuth: true },
    { id: nameConstraintsId, critical: true, value: nameConstraintsDer() },
    { name: 'subjectKeyIdentifier' },
  ]);
  return sign(certificate, key, key);
}

/**
 * A certificate that stands for `host` towards applications of this machine.
 *
 * @throws OpenGsaError `internal` for any other host: the constraints would make it worthless, and we do not try
 */
export async function issueLeaf(
  authority: KeyAndCertificate,
  host: InspectedHost,
  now: Date,
): Promise<KeyAndCertificate> {
  if (!isInspectedHost(host))
    throw new OpenGsaError('internal', 'no certificate for a host that is not inspected');
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  const { key, certificate } = await draft(host, now, leafLifetimeMs);
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
  ]);
  return sign(certificate, key, authority.key);
}

/** Whether a certificate calls itself one of these authorities: what `remove` may take away, whoever made it. */
export function isInspectionAuthority(certificate: string): boolean {
  const parsed = parseCertificate(certificate);
  return (
    parsed !== null && commonNameOf(parsed).startsWith(commonNameStart) && parsed.subject === parsed.issuer
  );
}

/**
 * Why a certificate must not be trusted as this machine's authority, or null. Whoever can write the agent's files must
 * not be able to have another authority installed by an administrator.
 */
export function authorityFault(certificate: string): string | null {
  const parsed = parseCertificate(certificate);
  if (parsed === null) return 'it is not a certificate';
  if (!isInspectionAuthority(certificate) || !parsed.verify(parsed.publicKey))
    return 'it is not one of OpenGSA';
  const { notBefore, notAfter } = forge.pki.certificateFromPem(certificate).validity;
  if (notAfter.getTime() - notBefore.getTime() > authorityLifetimeMs) return 'it lives longer than a year';
  const find = (name: string) => extensionsOf(certificate).find((one) => one.name === name);
  const basic = find('basicConstraints');
  if (basic?.critical !== true || basic.cA !== true || basic.pathLenConstraint !== 0) {
    return 'it may sign other authorities';
  }
  const names = find('nameConstraints');
  if (names?.critical !== true || names.value !== nameConstraintsDer()) {
    return 'it is not limited to the hosts that are inspected';
  }
  return null;
}

/** SHA-256 of the certificate in lower-case hexadecimal. @throws OpenGsaError `bad-config` */
export function fingerprintOf(certificate: string): string {
  const parsed = parseCertificate(certificate);
  if (parsed === null) throw new OpenGsaError('bad-config', 'not a certificate');
  return parsed.fingerprint256.replaceAll(':', '').toLowerCase();
}

export function expiryOf(certificate: string): Date | null {
  return parseCertificate(certificate)?.validToDate ?? null;
}

export function parseCertificate(text: string): X509Certificate | null {
  try {
    return new X509Certificate(text);
  } catch {
    return null;
  }
}

type Extension = {
  readonly name?: string;
  readonly critical?: boolean;
  readonly cA?: boolean;
  readonly pathLenConstraint?: number;
  readonly value?: unknown;
};

function extensionsOf(certificate: string): readonly Extension[] {
  return forge.pki.certificateFromPem(certificate).extensions as readonly Extension[];
}

function commonNameOf({ subject }: X509Certificate): string {
  return /^CN=(.*)$/m.exec(subject)?.[1] ?? '';
}

type Draft = { readonly key: string; readonly certificate: forge.pki.Certificate };

async function draft(commonName: string, now: Date, lifetimeMs: number): Promise<Draft> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: rsaBits });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(
    pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  );
  // RFC 5280 section 4.1.2.2: positive and at most 20 octets.
  certificate.serialNumber = `4${randomBytes(16).toString('hex').slice(1)}`;
  certificate.validity.notBefore = new Date(now.getTime() - backdatedMs);
  certificate.validity.notAfter = new Date(now.getTime() + lifetimeMs);
  certificate.setSubject([{ name: 'commonName', value: commonName }]);
  return { key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certificate };
}

function sign(certificate: forge.pki.Certificate, key: string, signingKey: string): KeyAndCertificate {
  certificate.sign(forge.pki.privateKeyFromPem(signingKey), forge.md.sha256.create());
  return { key, certificate: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n') };
}
