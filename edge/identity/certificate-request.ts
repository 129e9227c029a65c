// Reads a device's certificate request (PKCS #10, RFC 2986): only its key counts, and only where it is proved and strong.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import forge from 'node-forge';
import { publicKeyHash } from './pki.ts';

/** Smaller keys can be broken; larger ones cost every receiver time that nobody needs to spend. */
const bits = { least: 2048, most: 4096 };
const exponent = 65_537n;
const sha256WithRsa = '1.2.840.113549.1.1.11';
/** Taken apart by a parser in this thread: a request for a key of 4096 bits has some 1700 characters. */
const maxLength = 8192;

export type CertificateRequest =
  | {
      readonly kind: 'good';
      /** SPKI in PEM. */
      readonly publicKey: string;
      /** SHA-256 of the SPKI's DER form, base64url: two requests with one key are the same device asking again. */
      readonly keyHash: string;
    }
  /** `reason` ends a sentence that begins with "the certificate request". */
  | { readonly kind: 'refused'; readonly reason: string };

/** Never throws: the text is a stranger's. */
export function readCertificateRequest(pem: string): CertificateRequest {
  if (pem.length > maxLength) return refused(`is longer than ${maxLength} characters`);
  const request = parse(pem);
  if (request === null) return refused('cannot be read: it must be PKCS #10 in PEM with an RSA key');
  const { certificationRequestInfo: signed, publicKey } = request;
  if (signed === null || publicKey === null) return refused('has no key');
  if (request.subject.attributes.length > 0) {
    return refused('names a subject: the edge alone says who a device is');
  }
  if (request.attributes.length > 0) return refused('asks for extensions: the edge alone says what holds');
  if (request.siginfo.algorithmOid !== sha256WithRsa) return refused('is not signed by RSA with SHA-256');
  const key = readKey(publicKey);
  if (key === null) return refused('has a key that cannot be used');
  const { modulusLength = 0, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < bits.least || modulusLength > bits.most) {
    return refused(`has an RSA key of ${modulusLength} bits: it must have ${bits.least} to ${bits.most}`);
  }
  if (publicExponent !== exponent) return refused('has an RSA key with an exponent other than 65537');
  if (!isSignedBy(key, signed, request.signature)) {
    return refused('is not signed by its own key: whoever sent it does not hold that key');
  }
  return {
    kind: 'good',
    publicKey: key.export({ type: 'spki', format: 'pem' }).toString(),
    keyHash: publicKeyHash(key),
  };
}

function parse(pem: string): forge.pki.CertificateSigningRequest | null {
  try {
    return forge.pki.certificationRequestFromPem(pem, false, true);
  } catch {
    // Whatever the parser stumbled over, the device is told what a request must be.
    return null;
  }
}

function readKey(publicKey: forge.pki.PublicKey): KeyObject | null {
  try {
    return createPublicKey(forge.pki.publicKeyToPem(publicKey));
  } catch {
    // Numbers that make no key of RSA.
    return null;
  }
}

function isSignedBy(key: KeyObject, signed: forge.asn1.Asn1, signature: unknown): boolean {
  if (typeof signature !== 'string') return false;
  const der = Buffer.from(forge.asn1.toDer(signed).getBytes(), 'binary');
  return verify('sha256', der, key, Buffer.from(signature, 'binary'));
}

function refused(reason: string): CertificateRequest {
  return { kind: 'refused', reason };
}
