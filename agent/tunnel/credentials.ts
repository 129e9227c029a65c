// The device's key, certificate and edges, read from the directory that enrolment wrote.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DeviceBundle,
  deviceBundle,
  deviceBundleFiles,
  renewedKeyFile,
} from '../../protocol/device-bundle.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { parse } from '../../protocol/parse.ts';

export type Credentials = {
  readonly key: string;
  readonly certificate: string;
  /** The authority that signs the edges' certificates; no other is trusted. */
  readonly authority: string;
  readonly bundle: DeviceBundle;
  readonly device: {
    readonly name: string;
    /** base64url SHA-256 of the certificate's DER. */
    readonly thumbprint: string;
    /** ISO 8601. */
    readonly certificateExpiresAt: string;
  };
};

/**
 * @throws OpenGsaError `not-enrolled` if the directory has no credentials, `bad-permissions` if others may read them,
 *   `bad-config` if a file is not what it must be; the message names file and remedy
 */
export function readCredentials(directory: string): Credentials {
  const read = (name: string) => readPrivate(join(directory, name));
  const { certificate, key } = readPair(directory);
  const bundle = readBundle(join(directory, deviceBundleFiles.edge), read(deviceBundleFiles.edge));
  const facts = readCertificate(join(directory, deviceBundleFiles.certificate), certificate);
  return {
    key,
    certificate,
    authority: read(deviceBundleFiles.authority),
    bundle,
    device: {
      name: bundle.device,
      thumbprint: Buffer.from(facts.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
      certificateExpiresAt: facts.validToDate.toISOString(),
    },
  };
}

/**
 * A renewal puts the certificate in its place first and the key second. Between the two, the key is still beside its place:
 * the one that belongs to the certificate counts.
 */
function readPair(directory: string): { readonly certificate: string; readonly key: string } {
  const certificate = readPrivate(join(directory, deviceBundleFiles.certificate));
  const key = readPrivate(join(directory, deviceBundleFiles.key));
  const next = join(directory, renewedKeyFile);
  if (belongTogether(certificate, key) || !existsSync(next)) return { certificate, key };
  const renewed = readPrivate(next);
  return { certificate, key: belongTogether(certificate, renewed) ? renewed : key };
}

function belongTogether(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    // A damaged file is named by whoever uses it.
    return false;
  }
}

function readPrivate(path: string): string {
  try {
    const { mode } = statSync(path);
    // Windows has no such bits; there the directory's access list protects the files.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new OpenGsaError('bad-permissions', `${path}: others can read it; run: chmod 600 ${path}`);
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof OpenGsaError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') {
      throw new OpenGsaError('not-enrolled', `${path}: no such file; enrol this device first`, {
        cause: error,
      });
    }
    throw new OpenGsaError('bad-permissions', `${path}: cannot be read`, { cause: error });
  }
}

function readBundle(path: string, text: string): DeviceBundle {
  try {
    return parse(deviceBundle, JSON.parse(text), path, 'bad-config');
  } catch (error) {
    if (error instanceof OpenGsaError) throw error;
    throw new OpenGsaError('bad-config', `${path}: is not JSON`, { cause: error });
  }
}

function readCertificate(path: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new OpenGsaError('bad-config', `${path}: is not a certificate in PEM`, { cause: error });
  }
}
