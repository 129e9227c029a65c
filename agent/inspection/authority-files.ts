// Where the authority is kept: a directory of the agent's own account, its key readable by nobody else.
import { lstat, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OpenGsaError } from '../../protocol/error.ts';
import { makeDirectory } from '../make-directory.ts';
import { replacePrivateFile } from '../private-file.ts';
import { createLocalAuthority, type KeyAndCertificate, parseCertificate } from './local-authority.ts';

export type AuthorityFiles = {
  readonly directory: string;
  /** The certificate, or null where there is none. @throws OpenGsaError `access-denied` */
  readonly readCertificate: () => Promise<string | null>;
  /** Both, or null. @throws OpenGsaError `bad-permissions` where others can read the key, `access-denied` */
  readonly read: () => Promise<KeyAndCertificate | null>;
  /** The certificate that is there, or that of an authority made now; one that is half there is made anew. */
  readonly ensure: (now: Date) => Promise<string>;
  readonly remove: () => Promise<void>;
};

/** An authority that ends so soon is made anew by the next installation. */
const renewalMs = 30 * 24 * 60 * 60 * 1000;

export function authorityFiles(stateDir: string): AuthorityFiles {
  const directory = join(stateDir, 'inspection');
  const keyFile = join(directory, 'ca.key');
  const certificateFile = join(directory, 'ca.crt');
  const names = [certificateFile, keyFile, `${certificateFile}.new`, `${keyFile}.new`];

  const read = async (): Promise<KeyAndCertificate | null> => {
    const certificate = await textOf(certificateFile);
    if (certificate === null) return null;
    await refuseReadableByOthers(keyFile);
    const key = await textOf(keyFile);
    return key === null ? null : { key, certificate };
  };
  return {
    directory,
    read,
    readCertificate: () => textOf(certificateFile),
    async ensure(now) {
      const kept = await read();
      const valid = (kept && parseCertificate(kept.certificate)?.validToDate) ?? null;
      if (kept !== null && valid !== null && valid.getTime() - now.getTime() > renewalMs)
        return kept.certificate;
      await makeDirectory(directory);
      await refuseForeign(directory);
      const made = await createLocalAuthority(now);
      // The key first: a certificate without its key could be installed and would never be of use.
      await rm(certificateFile, { force: true });
      await replacePrivateFile(keyFile, made.key);
      await replacePrivateFile(certificateFile, made.certificate);
      return made.certificate;
    },
    async remove() {
      for (const name of names) await rm(name, { force: true });
      await rmdir(directory).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      });
    },
  };
}

/** A link in place of the directory would have the key written somewhere else. */
async function refuseForeign(directory: string): Promise<void> {
  const facts = await lstat(directory);
  if (facts.isDirectory() && (facts.mode & 0o077) === 0) return;
  throw new OpenGsaError(
    'bad-permissions',
    `${directory}: must be a directory that only its owner can enter`,
  );
}

async function refuseReadableByOthers(path: string): Promise<void> {
  try {
    const { mode } = await lstat(path);
    if ((mode & 0o077) === 0) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  throw new OpenGsaError(
    'bad-permissions',
    `${path}: others can read it, so its authority must not be trusted any more; run "opengsa inspection remove"`,
  );
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new OpenGsaError('access-denied', `${path}: cannot be read`, { cause });
  }
}
