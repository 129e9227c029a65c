// Contoso's own certificate authority and the certificate of its sign-in host, made afresh for each run.
import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

export type ServerCertificate = {
  /** PEM of the authority, the one thing that clients must trust. */
  readonly authority: string;
  readonly key: string;
  readonly certificate: string;
};

const lifetimeDays = 30;
/** The clocks of other programs on the way may be behind. */
const backdatedDays = 1;

/** An RSA authority and a certificate for `hostName` that it signed. `now` is the time of issue. */
export async function issueServerCertificate(hostName: string, now: Date): Promise<ServerCertificate> {
  const [authorityKeys, serverKeys] = await Promise.all([newKeys(), newKeys()]);
  const name = [{ name: 'commonName', value: 'Contoso Test Root CA' }];
  const authority = newCertificate(authorityKeys.publicKey, name, name, now, [
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  authority.sign(authorityKeys.privateKey, forge.md.sha256.create());
  const subject = [{ name: 'commonName', value: hostName }];
  const server = newCertificate(serverKeys.publicKey, subject, name, now, [
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: [{ type: 2, value: hostName }] },
    { name: 'subjectKeyIdentifier' },
  ]);
  server.sign(authorityKeys.privateKey, forge.md.sha256.create());
  return {
    authority: forge.pki.certificateToPem(authority),
    key: forge.pki.privateKeyToPem(serverKeys.privateKey),
    certificate: forge.pki.certificateToPem(server),
  };
}

type Name = readonly { name: string; value: string }[];

function newCertificate(
  publicKey: forge.pki.rsa.PublicKey,
  subject: Name,
  issuer: Name,
  now: Date,
  extensions: unknown[],
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  // The leading 01 keeps the number positive, as RFC 5280 section 4.1.2.2 asks.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(now.getTime() - backdatedDays * 86_400_000);
  certificate.validity.notAfter = new Date(now.getTime() + lifetimeDays * 86_400_000);
  certificate.setSubject([...subject]);
  certificate.setIssuer([...issuer]);
  certificate.setExtensions(extensions);
  return certificate;
}

async function newKeys(): Promise<forge.pki.rsa.KeyPair> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    publicKey: forge.pki.publicKeyFromPem(publicKey),
    privateKey: forge.pki.privateKeyFromPem(privateKey),
  };
}
