// Reads the certificate that an administrator is to be known by: of an end, for clients, with a key that holds.
import { type KeyObject, X509Certificate } from 'node:crypto';
import { OpenGsaError } from '../../protocol/error.ts';

const leastRsaBits = 2048;
/** Smaller ones make a signature that others can make as well. */
const exponent = 65_537n;
/** P-256, P-384 and P-521, as OpenSSL calls them: what TLS 1.3 can sign with, and no shorter. */
const curves = ['prime256v1', 'secp384r1', 'secp521r1'];
const goodKeys = 'RSA of at least 2048 bits, EC on P-256, P-384 or P-521, or Ed25519';
/** id-kp-clientAuth and anyExtendedKeyUsage of RFC 5280 section 4.2.1.12. */
const clientUsages = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

/**
 * Whoever signed it is not looked at: it is registered as it is, and TLS proves that its key is at hand.
 *
 * @throws OpenGsaError `bad-certificate` with cause and remedy
 */
export function readAdministratorCertificate(pem: string): X509Certificate {
  const certificate = parse(pem);
  if (certificate.ca) {
    throw refused(
      'is that of an authority, which an administrator must not be; OpenSSL makes another with -addext basicConstraints=critical,CA:FALSE',
    );
  }
  // Node calls the extended key usage so. Absent, a certificate is for any use.
  const usages = certificate.keyUsage as readonly string[] | undefined;
  if (usages !== undefined && !usages.some((usage) => clientUsages.includes(usage))) {
    throw refused('is not for clients; it needs clientAuth among its extended key usages, or none of them');
  }
  const weakness = weaknessOf(keyOf(certificate));
  if (weakness !== null) throw refused(`has ${weakness}; it must be ${goodKeys}`);
  return certificate;
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new OpenGsaError('bad-certificate', 'the certificate cannot be read: it must be X.509 in PEM', {
      cause,
    });
  }
}

function keyOf(certificate: X509Certificate): KeyObject {
  try {
    return certificate.publicKey;
  } catch (cause) {
    throw new OpenGsaError(
      'bad-certificate',
      `the certificate has a key that cannot be used; it must be ${goodKeys}`,
      {
        cause,
      },
    );
  }
}

/** Null: it holds. */
function weaknessOf({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details = {},
}: KeyObject): string | null {
  switch (type) {
    case 'ed25519':
      return null;
    case 'rsa': {
      const { modulusLength = 0, publicExponent } = details;
      if (modulusLength < leastRsaBits) return `an RSA key of ${modulusLength} bits`;
      return publicExponent === exponent ? null : 'an RSA key with an exponent other than 65537';
    }
    case 'ec': {
      const { namedCurve = 'of its own making' } = details;
      return curves.includes(namedCurve) ? null : `an EC key on the curve ${namedCurve}`;
    }
    default:
      return `a key of the kind ${type ?? 'unknown'}`;
  }
}

function refused(reason: string): OpenGsaError {
  return new OpenGsaError('bad-certificate', `the certificate ${reason}`);
}
