// Chains of certificates with one fault each, as a destination could show them; everything but the fault is right.
import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

export type ServerChain = {
  /** PEM, in the order in which the server sends it. */
  readonly cert: string;
  readonly key: string;
};

export type Party = { readonly pem: string; readonly key: string; readonly subject: string };

/** An extension as node-forge takes it. */
export type Extension = {
  readonly name?: string;
  readonly id?: string;
  readonly [field: string]: unknown;
};

export type CertificateOptions = {
  readonly issuer: Party | null;
  /** PKCS #8. RSA for what signs. */
  readonly key: string;
  /** Days from today. */
  readonly days?: readonly [number, number];
  /** In place of those that the kind of certificate has. */
  readonly extensions?: readonly Extension[];
  readonly digest?: 'sha256' | 'sha1' | 'md5';
  /** Turns a bit of the signature over. */
  readonly damaged?: boolean;
};

/** forge types a tag as one of the universal types; a context-specific tag is a plain number. */
const create: (
  tagClass: forge.asn1.Class,
  tag: number,
  constructed: boolean,
  value: string | forge.asn1.Asn1[],
) => forge.asn1.Asn1 = forge.asn1.create;
const dNSName = 2;
const dayMs = 24 * 3600 * 1000;
/** Its place in a TBSCertificate (RFC 5280 section 4.1). */
const subjectPublicKeyInfo = 6;

export const authorityExtensions: readonly Extension[] = [
  { name: 'basicConstraints', cA: true, critical: true },
  { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
];

/** Those of a server's certificate; DNS names and addresses. */
export function serverExtensions(names: readonly string[]): readonly Extension[] {
  return [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: names.map((name) => (isIP(name) > 0 ? { type: 7, ip: name } : { type: 2, value: name })),
    },
  ];
}

/** `extensions` with those of the same name put in place. */
export function changed(extensions: readonly Extension[], ...by: readonly Extension[]): readonly Extension[] {
  return [...extensions.filter(({ name }) => !by.some((one) => one.name === name)), ...by];
}

export function without(extensions: readonly Extension[], dropped: string): readonly Extension[] {
  return extensions.filter(({ name }) => name !== dropped);
}

/** RFC 5280 section 4.2.1.10: one subtree of DNS names, as the DER that node-forge puts into the extension. */
export function nameConstraints(kind: 'permitted' | 'excluded', name: string): Extension {
  const { Class, Type, toDer } = forge.asn1;
  const base = create(Class.CONTEXT_SPECIFIC, dNSName, false, name);
  const subtree = create(Class.UNIVERSAL, Type.SEQUENCE, true, [base]);
  const subtrees = create(Class.CONTEXT_SPECIFIC, kind === 'permitted' ? 0 : 1, true, [subtree]);
  const value = toDer(create(Class.UNIVERSAL, Type.SEQUENCE, true, [subtrees])).getBytes();
  return { id: '2.5.29.30', critical: true, value };
}

/** node-forge takes a key of its own kind; `putKey` puts the real one in its place. */
const placeholder = forge.pki.setRsaPublicKey(new forge.jsbn.BigInteger('3'), new forge.jsbn.BigInteger('3'));
/** node-forge signs in JavaScript, which takes most of the time that a table of certificates needs. */
const notYet = { sign: () => '' } as unknown as forge.pki.rsa.PrivateKey;

/** Without an issuer it signs itself. */
export function certify(subject: string, options: CertificateOptions): Party {
  const { issuer, key, days = [-1, 30], extensions = authorityExtensions, digest = 'sha256' } = options;
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = placeholder;
  certificate.serialNumber = `01${randomBytes(16).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() + days[0] * dayMs);
  certificate.validity.notAfter = new Date(Date.now() + days[1] * dayMs);
  certificate.setSubject([{ name: 'commonName', value: subject }]);
  certificate.setIssuer([{ name: 'commonName', value: issuer?.subject ?? subject }]);
  certificate.setExtensions([...extensions]);
  certificate.sign(notYet, forge.md[digest].create());
  const signed = Buffer.from(putKey(certificate, key), 'latin1');
  certificate.signature = sign(digest, signed, issuer?.key ?? key).toString('latin1');
  if (options.damaged === true) {
    const signature = Buffer.from(certificate.signature as string, 'latin1');
    signature[20] = (signature[20] ?? 0) ^ 1;
    certificate.signature = signature.toString('latin1');
  }
  return { pem: forge.pki.certificateToPem(certificate), key, subject };
}

/** Any kind of key, as what it is in DER. Returns what is to be signed. */
function putKey(certificate: forge.pki.Certificate, key: string): string {
  const { fromDer, toDer } = forge.asn1;
  const own = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('latin1');
  const signed = certificate.tbsCertificate;
  (signed.value as forge.asn1.Asn1[])[subjectPublicKeyInfo] = fromDer(own);
  return toDer(signed).getBytes();
}

/** What a server shows that has `leaf`'s key. */
export function chainOf(leaf: Party, ...above: readonly Party[]): ServerChain {
  return { cert: [leaf, ...above].map(({ pem }) => pem).join(''), key: leaf.key };
}

/** PKCS #8 */
export function curveKey(namedCurve: string): string {
  return generateKeyPairSync('ec', {
    namedCurve,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
}

/** PKCS #8 */
export function rsaKey(modulusLength = 2048): string {
  return generateKeyPairSync('rsa', {
    modulusLength,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
}
