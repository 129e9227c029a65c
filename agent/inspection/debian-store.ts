// The system's trust store on Debian: a file among the local authorities, which update-ca-certificates takes in.
import { lstat, mkdir, open, readdir, readFile, readlink, rename, rm } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { OpenGsaError } from '../../protocol/error.ts';
import { expiryOf, fingerprintOf, isInspectionAuthority } from './local-authority.ts';
import { runTool } from './run-tool.ts';
import type { StoreState, TrustStore } from './trust-store.ts';

export type DebianStorePaths = {
  /** Where an administrator puts authorities. */
  readonly local: string;
  /** Where programs look for trusted authorities. */
  readonly trusted: string;
  readonly update: string;
  /** For `update`, where its own directories are not the system's. */
  readonly options: readonly string[];
};

export const debianStorePaths: DebianStorePaths = {
  local: '/usr/local/share/ca-certificates',
  trusted: '/etc/ssl/certs',
  update: '/usr/sbin/update-ca-certificates',
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

  const update = async () => {
    const { ok, stderr } = await runTool(paths.update, paths.options, 'ca-certificates');
    if (!ok) throw new OpenGsaError('internal', `update-ca-certificates failed: ${lastLine(stderr)}`);
  };
  const refuseForeign = async () => {
    const text = await textOf(file);
    if (text === null || isInspectionAuthority(text)) return;
    const remedy = 'it was not made by OpenGSA and is left as it is; move it away first';
    throw new OpenGsaError('conflict', `${file}: ${remedy}`);
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
      const known = await textOf(file);
      await rm(file, { force: true });
      // update-ca-certificates leaves the links of a file that has gone, and with --fresh would touch those of others.
      const links = await linksTo(paths.trusted, [file, link, `${name}.pem`]);
      for (const one of links) await rm(one, { force: true });
      if (known !== null || links.length > 0 || (await bundled(bundle))) await update();
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

/** Links with one of these targets, the hash names that OpenSSL looks for included. */
async function linksTo(directory: string, targets: readonly string[]): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const links = entries.filter((entry) => entry.isSymbolicLink()).map((entry) => join(directory, entry.name));
  const found = await Promise.all(
    links.map(async (path) => ({ path, target: await readlink(path).catch(() => '') })),
  );
  return found.filter(({ target }) => targets.includes(target)).map(({ path }) => path);
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
