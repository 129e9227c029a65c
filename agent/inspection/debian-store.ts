// The system's trust store on Debian: a file among the local authorities, which update-ca-certificates takes in.
import { constants } from 'node:fs';
import { lstat, mkdir, mkdtemp, open, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenGsaError } from '../../protocol/error.ts';
import { expiryOf, fingerprintOf, isInspectionAuthority } from './local-authority.ts';
import { runTool } from '../run-tool.ts';
import type { StoreState, TrustStore } from './trust-store.ts';

export type DebianStorePaths = {
  /** Where an administrator puts authorities. */
  readonly local: string;
  /** Where programs look for trusted authorities. */
  readonly trusted: string;
  readonly update: string;
  /** Which packaged authorities are trusted. */
  readonly conf: string;
  /** For `update`, where its own directories are not the system's. */
  readonly options: readonly string[];
};

export const debianStorePaths: DebianStorePaths = {
  local: '/usr/local/share/ca-certificates',
  trusted: '/etc/ssl/certs',
  update: '/usr/sbin/update-ca-certificates',
  conf: '/etc/ca-certificates.conf',
  options: [],
};

const name = 'opengsa-inspection';
const beginLine = '-----BEGIN CERTIFICATE-----';

export function debianCertificateFile(paths: DebianStorePaths = debianStorePaths): string {
  return join(paths.local, `${name}.crt`);
}

export function createDebianStore(paths: DebianStorePaths = debianStorePaths): TrustStore {
  const file = debianCertificateFile(paths);
  const temporary = join(paths.local, `.${name}.new`);
  const link = join(paths.trusted, `${name}.pem`);
  const bundle = join(paths.trusted, 'ca-certificates.crt');

  const update = async (...options: readonly string[]) => {
    const { ok, stderr } = await runTool(paths.update, [...paths.options, ...options], 'ca-certificates');
    if (!ok) throw new OpenGsaError('internal', `update-ca-certificates failed: ${lastLine(stderr)}`);
  };
  const refuseForeign = async () => {
    const text = await textOf(file);
    if (text === null || isInspectionAuthority(text)) return;
    const remedy = 'it was not made by OpenGSA and is left as it is; move it away first';
    throw new OpenGsaError('conflict', `${file}: ${remedy}`);
  };
  /**
   * By itself update-ca-certificates leaves the links of a file that has gone and tells nobody, so that Java's store
   * would go on trusting it. What its configuration disables it takes away everywhere; a link must be there for that.
   */
  const withdraw = async () => {
    const directory = await mkdtemp(join(tmpdir(), 'opengsa-'));
    try {
      const conf = join(directory, 'ca-certificates.conf');
      await writeFile(conf, `${(await textOf(paths.conf)) ?? ''}\n!${name}.crt\n`);
      if (!(await exists(link))) await symlink(file, link);
      await update('--certsconf', conf);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };
  return {
    place: paths.local,
    state: (fingerprint, now) => readState(fingerprint, now, { file, bundle, link }),
    async install(certificate) {
      await refuseForeign();
      await mkdir(paths.local, { recursive: true });
      await rm(temporary, { force: true });
      await writeWhole(temporary, certificate);
      await rename(temporary, file);
      await update();
    },
    async remove() {
      await refuseForeign();
      await rm(temporary, { force: true });
      await rm(file, { force: true });
      await withdraw();
    },
  };
}

async function readState(
  fingerprint: string | null,
  now: Date,
  { file, bundle, link }: { readonly file: string; readonly bundle: string; readonly link: string },
): Promise<StoreState> {
  const text = await textOf(file);
  if (text === null) {
    const left = (await bundled(bundle)) || (await exists(link));
    return left
      ? { kind: 'incomplete', detail: `${bundle} still trusts a removed authority` }
      : { kind: 'absent' };
  }
  if (!isInspectionAuthority(text)) return { kind: 'foreign', detail: `${file} was not made by OpenGSA` };
  if (!(await textOf(bundle))?.includes(text.trim())) {
    return { kind: 'incomplete', detail: `${bundle} does not have the authority` };
  }
  return presence(text, fingerprint, now);
}

/** How a store that holds this authority of ours stands to this machine's. */
export function presence(certificate: string, fingerprint: string | null, now: Date): StoreState {
  const found = fingerprintOf(certificate);
  const expires = expiryOf(certificate) ?? now;
  const facts = { fingerprint: found, expiresAt: expires.toISOString(), expired: expires <= now };
  return { kind: found === fingerprint ? 'present' : 'other', ...facts };
}

/** Whether the bundle that programs read has an authority for inspection. */
async function bundled(bundle: string): Promise<boolean> {
  const text = (await textOf(bundle)) ?? '';
  const blocks = text.split(beginLine).slice(1);
  return blocks.some((block) => isInspectionAuthority(`${beginLine}${block}`));
}

async function writeWhole(path: string, text: string): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(path, flags, 0o644);
  try {
    await file.writeFile(text);
    // The person's umask must not keep programs from reading it.
    await file.chmod(0o644);
    await file.sync();
  } catch (cause) {
    throw new OpenGsaError('access-denied', `${path}: cannot be written`, { cause });
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new OpenGsaError('access-denied', `${path}: cannot be read`, { cause });
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
