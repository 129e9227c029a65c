// What somebody could sign who has stolen the key of a machine's inspection authority.
import forge from 'node-forge';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { KeyAndCertificate } from '../../agent/inspection/local-authority.ts';

/** A certificate for any name or address, which the product itself never makes. */
export function signBeyondScope(authority: KeyAndCertificate, name: string): KeyAndCertificate {
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const leaf = forge.pki.createCertificate();
  leaf.publicKey = forge.pki.publicKeyFromPem(keys.publicKey);
  leaf.serialNumber = `4${randomBytes(8).toString('hex')}`;
  leaf.validity.notBefore = new Date(Date.now() - 60_000);
  leaf.validity.notAfter = new Date(Date.now() + 3_600_000);
  leaf.setSubject([{ name: 'commonName', value: name }]);
  leaf.setIssuer(issuer.subject.attributes);
  leaf.setExtensions([
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: [isIP(name) > 0 ? { type: 7, ip: name } : { type: 2, value: name }] },
  ]);
  leaf.sign(forge.pki.privateKeyFromPem(authority.key), forge.md.sha256.create());
  return { key: keys.privateKey, certificate: forge.pki.certificateToPem(leaf) };
}
