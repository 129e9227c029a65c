// A certificate authority for tests: edges, devices and everything that must be refused.
import { createHash, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import forge from 'node-forge';

export type Identity = {
  readonly cert: string;
  readonly key: string;
  /** base64url SHA-256 of the certificate's DER, as in `cnf.x5t#S256`. */
  readonly thumbprint: string;
};

export type IssueOptions = {
  readonly usage: 'client' | 'server';
  /** DNS names and IP addresses of a server. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
};

export type TestAuthority = {
  readonly cert: string;
  readonly key: string;
  readonly issue: (name: string, options: IssueOptions) => Identity;
};

export type Pki = {
  readonly ca: TestAuthority;
  /** Another authority that nobody trusts; its name is the same. */
  readonly rogue: TestAuthority;
  /** `edge.contoso.test`, `localhost`, 127.0.0.1 and ::1. */
  readonly edge: Identity;
  readonly device: (name: string) => Identity;
  readonly expired: () => Identity;
  readonly notYetValid: () => Identity;
  /** A server's certificate shown as a device. */
  readonly wrongUsage: () => Identity;
  readonly rogueDevice: () => Identity;
};

const dayMs = 24 * 3600 * 1000;

/** The authorities are made at once (about 0.2 s), everything else when asked for. With `dir`, edge and CA stand there as files. */
export function createPki(dir?: string): Pki {
  const ca = createAuthority('contoso test CA');
  const rogue = lazy(() => createAuthority('contoso test CA'));
  const edge = ca.issue('edge.contoso.test', {
    usage: 'server',
    names: ['edge.contoso.test', 'localhost', '127.0.0.1', '::1'],
  });
  if (dir !== undefined) {
    writeIdentity(dir, 'edge', edge);
    writeFileSync(join(dir, 'ca.crt'), ca.cert);
  }
  const past = (days: number) => new Date(Date.now() + days * dayMs);
  return {
    ca,
    get rogue() {
      return rogue();
    },
    edge,
    device: (name) => ca.issue(name, { usage: 'client' }),
    expired: () => ca.issue('expired', { usage: 'client', notBefore: past(-9), notAfter: past(-1) }),
    notYetValid: () => ca.issue('early', { usage: 'client', notBefore: past(1), notAfter: past(9) }),
    wrongUsage: () => ca.issue('server', { usage: 'server', names: ['server.contoso.test'] }),
    rogueDevice: () => rogue().issue('rogue', { usage: 'client' }),
  };
}

/** Writes `NAME.crt` and `NAME.key` (0600) and returns their paths. */
export function writeIdentity(
  dir: string,
  name: string,
  { cert, key }: { readonly cert: string; readonly key: string },
): { readonly cert: string; readonly key: string } {
  mkdirSync(dir, { recursive: true });
  const paths = { cert: join(dir, `${name}.crt`), key: join(dir, `${name}.key`) };
  writeFileSync(paths.cert, cert);
  writeFileSync(paths.key, key, { mode: 0o600 });
  return paths;
}

export function thumbprintOf(cert: string): string {
  return createHash('sha256').update(new X509Certificate(cert).raw).digest('base64url');
}

export function createAuthority(name: string): TestAuthority {
  const pair = nextKeys();
  const certificate = prepare(name, pair.publicKey, {});
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  const signer = forge.pki.privateKeyFromPem(pair.privateKey);
  certificate.sign(signer, forge.md.sha256.create());
  const keyIdentifier = certificate.generateSubjectKeyIdentifier().getBytes();

  const issue = (subject: string, options: IssueOptions): Identity => {
    const keys = nextKeys();
    const leaf = prepare(subject, keys.publicKey, options);
    leaf.setIssuer(certificate.subject.attributes);
    leaf.setExtensions([
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', ...(options.usage === 'client' ? { clientAuth: true } : { serverAuth: true }) },
      { name: 'authorityKeyIdentifier', keyIdentifier },
      ...(options.names === undefined ? [] : [{ name: 'subjectAltName', altNames: altNames(options.names) }]),
    ]);
    leaf.sign(signer, forge.md.sha256.create());
    const cert = forge.pki.certificateToPem(leaf);
    return { cert, key: keys.privateKey, thumbprint: thumbprintOf(cert) };
  };
  return { cert: forge.pki.certificateToPem(certificate), key: pair.privateKey, issue };
}

function prepare(name: string, publicKey: string, { notBefore, notAfter }: Partial<IssueOptions>) {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // A first byte of 1 keeps the DER integer positive and in its shortest form; with zeros OpenSSL refuses some.
  certificate.serialNumber = `01${randomBytes(16).toString('hex')}`;
  certificate.validity.notBefore = notBefore ?? new Date(Date.now() - dayMs);
  certificate.validity.notAfter = notAfter ?? new Date(Date.now() + 30 * dayMs);
  certificate.setSubject([{ name: 'commonName', value: name }]);
  return certificate;
}

/** Base64 of the SHA-256 of the certificate's public key, as Chromium's command line takes it. */
export function publicKeyHash(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

function altNames(names: readonly string[]): object[] {
  return names.map((name) => (/[:]|^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name }));
}

type KeyPair = { readonly publicKey: string; readonly privateKey: string };

/** More than the tests of one file hold at a time. */
const mostKeys = 32;
const made: KeyPair[] = [];
let given = 0;

/** A key takes a tenth of a second: with enough of them, the one that was given out the longest ago serves again. */
function nextKeys(): KeyPair {
  const keys = made[given % mostKeys] ?? generateKeys();
  made[given % mostKeys] = keys;
  given += 1;
  return keys;
}

function generateKeys(): KeyPair {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
