// A person's own NSS database, where Chromium keeps its trust on Linux; read and changed by certutil.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OpenGsaError } from '../../protocol/error.ts';
import { presence } from './debian-store.ts';
import { fingerprintOf, isInspectionAuthority } from './local-authority.ts';
import { runTool, type ToolResult } from '../run-tool.ts';
import type { TrustStore } from './trust-store.ts';

const certutil = '/usr/bin/certutil';
const nickname = 'OpenGSA local inspection';
/** One nickname may stand for several certificates; no machine has so many. */
const mostRemovals = 50;

/** The databases that Chromium reads: the older place where it exists, else the one of the XDG directories. */
export function nssDirectories(
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const data = environment.XDG_DATA_HOME;
  const base = data?.startsWith('/') === true ? data : join(home, '.local', 'share');
  const first = join(home, '.pki', 'nssdb');
  const existing = [first, join(base, 'pki', 'nssdb')].filter(isDatabase);
  return existing.length > 0 ? existing : [first];
}

export function createNssStore(directory: string): TrustStore {
  const run = (...args: readonly string[]) =>
    runTool(certutil, [...args, '-d', `sql:${directory}`], 'libnss3-tools');
  const change = async (...args: readonly string[]) => refuseFailure(directory, await run(...args));
  const found = async () =>
    isDatabase(directory) ? certificatesIn(await run('-L', '-n', nickname, '-a')) : [];
  const refuseForeign = async () => {
    if ((await found()).every(isInspectionAuthority)) return;
    throw new OpenGsaError(
      'conflict',
      `${directory}: has a certificate "${nickname}" that OpenGSA did not make`,
    );
  };
  const remove = async () => {
    await refuseForeign();
    for (let i = 0; i < mostRemovals && (await found()).length > 0; i++) await change('-D', '-n', nickname);
  };
  return {
    place: directory,
    remove,
    async state(fingerprint, now) {
      const certificates = await found();
      if (!certificates.every(isInspectionAuthority)) {
        return { kind: 'foreign', detail: `the certificate "${nickname}" was not made by OpenGSA` };
      }
      const [first] = certificates;
      if (first === undefined) return { kind: 'absent' };
      const own = certificates.find((one) => fingerprintOf(one) === fingerprint);
      return presence(own ?? first, fingerprint, now);
    },
    async install(certificate) {
      if (!isDatabase(directory)) {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        await change('-N', '--empty-password');
      }
      await remove();
      // Trusted to vouch for servers, and for nothing else.
      const file = ['-A', '-n', nickname, '-t', 'C,,', '-a'];
      const result = await runTool(certutil, [...file, '-d', `sql:${directory}`], 'libnss3-tools', {
        input: certificate,
      });
      refuseFailure(directory, result);
    },
  };
}

function isDatabase(directory: string): boolean {
  return existsSync(join(directory, 'cert9.db'));
}

function certificatesIn({ stdout }: ToolResult): string[] {
  return stdout.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

function refuseFailure(directory: string, { ok, stderr }: ToolResult): void {
  if (ok) return;
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  throw new OpenGsaError('internal', `${directory}: certutil failed: ${reason}`);
}
