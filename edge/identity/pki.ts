// The edge's own authority and what it signs: the edge's certificate and the devices'. Keys come from node:crypto.
import {
  createHash,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  sign as signBytes,
  X509Certificate,
} from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { formatHost, type Host } from '../../protocol/destination.ts';

/** RSA, because every receiver and foreign edge takes it; 2048 bits hold beyond the lifetimes below. */
const rsaBits = 2048;
const day = 24 * 60 * 60 * 1000;
/** Clocks of devices that are a little late must not refuse a fresh certificate. */
const backdatedMs = 60 * 60 * 1000;
/** Of a short life the same part at most, or a device would find itself past two thirds of it at once. */
const backdatedPart = 1 / 10;
/** Devices pin the authority; a change of it means new files on every device. */
const authorityLifetimeMs = 10 * 365 * day;
/** Below the 825 days beyond which some platforms refuse a server certificate. */
const edgeLifetimeMs = 820 * day;
/** Where the configuration does not say otherwise. */
export const deviceLifetimeMs = 365 * day;
/** Issued as they are needed, so nobody has to renew them by hand. */
export const hostLifetimeMs = 7 * day;

/** A private key (PKCS #8) and its certificate, both PEM. */
export type Credential = { readonly key: string; readonly certificate: string };

/** What the edge's certificate stands for: names and addresses that devices connect to. */
export type EdgeSubject = {
  readonly name: string;
  readonly organisation: string;
  /** Further names, beside `name`. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
};

/** A new authority that signs end-entity certificates only. */
export async function createAuthority(organisation: string, now: Date): Promise<Credential> {
  const { key, certificate } = await draft(now, authorityLifetimeMs, [
    { name: 'organizationName', value: organisation, valueTagClass: utf8 },
    { name: 'commonName', value: `${organisation.slice(0, 40)} edge authority`, valueTagClass: utf8 },
  ]);
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  return { key, certificate: sign(certificate, key) };
}

export async function issueEdgeCertificate(
  authority: Credential,
  { name, organisation, names, addresses }: EdgeSubject,
  now: Date,
): Promise<Credential> {
  const { key, certificate } = await draft(now, edgeLifetimeMs, [
    { name: 'organizationName', value: organisation, valueTagClass: utf8 },
    { name: 'commonName', value: name.slice(0, 64) },
  ]);
  const altNames = [
    ...[...new Set([name, ...names])].map((value) => ({ type: 2, value })),
    ...[...new Set(addresses)].map((ip) => ({ type: 7, ip })),
  ];
  return {
    key,
    certificate: issue(authority, certificate, [
      { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ]),
  };
}

/** For a host whose TLS the edge ends: shown to applications, which must trust the authority. */
export async function issueHostCertificate(
  authority: Credential,
  { host, organisation }: { readonly host: Host; readonly organisation: string },
  now: Date,
): Promise<Credential> {
  const text = formatHost(host);
  const { key, certificate } = await draft(now, hostLifetimeMs, [
    { name: 'organizationName', value: organisation, valueTagClass: utf8 },
    { name: 'commonName', value: text.slice(0, 64) },
  ]);
  return {
    key,
    certificate: issue(authority, certificate, [
      { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [host.kind === 'name' ? { type: 2, value: text } : { type: 7, ip: text }],
      },
    ]),
  };
}

export type DeviceSubject = {
  readonly name: string;
  readonly organisation: string;
  /** How long the certificate holds, in ms. */
  readonly lifetimeMs: number;
};

/** Makes the key as well: for a device that does not enrol itself. */
export async function issueDeviceCertificate(
  authority: Credential,
  subject: DeviceSubject,
  now: Date,
): Promise<Credential> {
  const { key, publicKey } = await generateKey();
  return { key, certificate: certifyDevice(authority, { ...subject, publicKey }, now) };
}

/**
 * @param subject `publicKey` is the device's own, as SPKI in PEM
 * @returns the certificate in PEM
 */
export function certifyDevice(
  authority: Credential,
  subject: DeviceSubject & { readonly publicKey: string },
  now: Date,
): string {
  const certificate = certificateFor(subject.publicKey, now, subject.lifetimeMs, [
    { name: 'organizationName', value: subject.organisation, valueTagClass: utf8 },
    { name: 'commonName', value: subject.name },
  ]);
  return issue(authority, certificate, [
    { name: 'keyUsage', critical: true, digitalSignature: true },
    { name: 'extKeyUsage', clientAuth: true },
  ]);
}

/** A key and a certificate that it signs itself, for who is known by the certificate and not by who vouches for it. */
export async function createClientCredential(
  { name, lifetimeMs }: Pick<DeviceSubject, 'name' | 'lifetimeMs'>,
  now: Date,
): Promise<Credential> {
  const { key, certificate } = await draft(now, lifetimeMs, [{ name: 'commonName', value: name }]);
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true },
    { name: 'extKeyUsage', clientAuth: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  return { key, certificate: sign(certificate, key) };
}

/** SHA-256 over the DER form in base64url: the `x5t#S256` of RFC 8705. */
export function certificateThumbprint(certificate: string | Buffer | X509Certificate): string {
  const { raw } = certificate instanceof X509Certificate ? certificate : new X509Certificate(certificate);
  return createHash('sha256').update(raw).digest('base64url');
}

/** SHA-256 over the SPKI's DER form in base64url: it stays the same whatever certificates are made of the key. */
export function publicKeyHash(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
}

// forge types this as an ASN.1 class and reads it as the tag of the string; names may hold any letter.
const utf8 = forge.asn1.Type.UTF8 as unknown as forge.asn1.Class;

type KeyPair = { readonly key: string; readonly publicKey: string };

async function generateKey(): Promise<KeyPair> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: rsaBits });
  return {
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

type Draft = { key: string; certificate: forge.pki.Certificate };

async function draft(now: Date, lifetimeMs: number, subject: forge.pki.CertificateField[]): Promise<Draft> {
  const { key, publicKey } = await generateKey();
  return { key, certificate: certificateFor(publicKey, now, lifetimeMs, subject) };
}

function certificateFor(
  publicKey: string,
  now: Date,
  lifetimeMs: number,
  subject: forge.pki.CertificateField[],
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = serialNumber();
  const earlier = Math.min(backdatedMs, lifetimeMs * backdatedPart);
  certificate.validity.notBefore = new Date(now.getTime() - earlier);
  certificate.validity.notAfter = new Date(now.getTime() + lifetimeMs);
  certificate.setSubject(subject);
  return certificate;
}

/** RFC 5280 section 4.1.2.2: positive and at most 20 octets. The first octet keeps it positive and without padding. */
function serialNumber(): string {
  return `4${randomBytes(16).toString('hex').slice(1)}`;
}

function issue(authority: Credential, certificate: forge.pki.Certificate, extensions: object[]): string {
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  certificate.setIssuer(issuer.subject.attributes.map(decodedAttribute));
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    ...extensions,
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
  ]);
  return sign(certificate, authority.key);
}

/** forge encodes the text of an attribute when it writes and gives the bytes when it reads. */
function decodedAttribute(attribute: forge.pki.CertificateField): forge.pki.CertificateField {
  const { value } = attribute;
  if (attribute.valueTagClass !== utf8 || typeof value !== 'string') return attribute;
  return { ...attribute, value: forge.util.decodeUtf8(value) };
}

function sign(certificate: forge.pki.Certificate, signingKey: string): string {
  // forge's own arithmetic would hold the thread for tens of milliseconds, OpenSSL's for one.
  const signer = { sign: () => signatureOver(certificate.tbsCertificate, signingKey) };
  certificate.sign(signer as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

/** RSASSA-PKCS1-v1_5 with SHA-256 over the DER form, as the string of bytes that forge keeps. */
function signatureOver(value: forge.asn1.Asn1, key: string): string {
  const der = Buffer.from(forge.asn1.toDer(value).getBytes(), 'binary');
  return signBytes('sha256', der, key).toString('binary');
}
