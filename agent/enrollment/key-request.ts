// The device's own key, and the request for a certificate on it (PKCS #10, RFC 2986).
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign,
  X509Certificate,
} from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** RSA, because every edge and foreign proxy takes it. */
const rsaBits = 2048;

/** A private key, PKCS #8 in PEM. It never leaves the device. */
export async function makeDeviceKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: rsaBits });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** A request without a name: the edge says who the device is. In PEM. */
export function certificateRequest(key: string): string {
  const request = forge.pki.createCertificationRequest();
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' });
  request.publicKey = forge.pki.publicKeyFromPem(publicKey.toString());
  request.setSubject([]);
  // OpenSSL signs; forge has the signature put in its place.
  const signer = {
    sign: () => {
      const { certificationRequestInfo: signed } = request;
      const der = signed === null ? '' : forge.asn1.toDer(signed).getBytes();
      return sign('sha256', Buffer.from(der, 'binary'), key).toString('binary');
    },
  };
  request.sign(signer as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  return forge.pki.certificationRequestToPem(request).replaceAll('\r\n', '\n');
}

/** SHA-256 of the SPKI of the public key, base64url: what an edge knows the key by. */
export function keyHash(key: string): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64url');
}

/** Whether `certificate` (PEM) is one of `authority` (PEM) on `key`; what an edge answers is checked by it. */
export function isCertificateOf(key: string, certificate: string, authority: string): boolean {
  try {
    const parsed = new X509Certificate(certificate);
    const issuer = new X509Certificate(authority);
    return parsed.checkPrivateKey(createPrivateKey(key)) && parsed.verify(issuer.publicKey);
  } catch {
    // Text that is no certificate is not one of these.
    return false;
  }
}
