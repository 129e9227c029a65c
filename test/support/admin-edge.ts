// A real edge whose administration API listens, and administrators with certificates made by its command and by OpenSSL.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Credential } from '../../edge/identity/pki.ts';
import { installedProgram } from './debian-programs.ts';
import { initEdge, runEdge, serveEdge } from './edge-program.ts';
import type { CommandResult } from './client-command.ts';
import type { Program, ProgramGroup } from './processes.ts';

export type AdminEdge = {
  readonly program: Program;
  /** Of the administration API, on 127.0.0.1. */
  readonly port: number;
  readonly admin: (...words: string[]) => Promise<CommandResult>;
  /** All that those commands printed. */
  readonly printed: readonly string[];
  /** Makes `NAME/NAME.key` and `NAME/NAME.crt`. */
  readonly makeAdministrator: (name: string, role?: string) => Promise<void>;
  /** The pair of files that begin like this: `NAME/NAME` for what makeAdministrator made. */
  readonly pair: (path: string) => Credential;
};

const readyLine = z.object({ administration: z.object({ port: z.int() }) });

export async function startAdminEdge(group: ProgramGroup): Promise<AdminEdge> {
  await initEdge(group, { listen: { tunnel: ['127.0.0.1:0'], administration: '127.0.0.1:0' } });
  const { program } = await serveEdge(group);
  const { administration } = readyLine.parse(JSON.parse(program.stdout().split('\n', 1)[0] ?? ''));
  const printed: string[] = [];
  const admin: AdminEdge['admin'] = async (...words) => {
    const result = await runEdge(group, ['admin', ...words]);
    printed.push(result.stdout, result.stderr);
    return result;
  };
  const read = (name: string): string => readFileSync(join(group.folder, name), 'utf8');
  return {
    ...{ program, port: administration.port, admin, printed },
    async makeAdministrator(name, role = 'Security Reader') {
      const words = ['certificate', '--role', role, '--name', name, '--out', name];
      const { code, stderr } = await admin(...words);
      expect([code, stderr]).toEqual([0, '']);
    },
    pair: (path) => ({ key: read(`${path}.key`), certificate: read(`${path}.crt`) }),
  };
}

export const p256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
export const notAnAuthority = ['-addext', 'basicConstraints=critical,CA:FALSE'];

/** A key and a certificate of nine days in the group's folder: `NAME.key` and `NAME.crt`. Needs OpenSSL. */
export async function selfSigned(group: ProgramGroup, name: string, ...words: string[]): Promise<void> {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`];
  const common = ['req', '-x509', '-nodes', '-days', '9', '-subj', `/CN=${name}`, ...files];
  const { code, stderr } = await group.run(installedProgram('openssl') ?? '', [...common, ...words]);
  if (code !== 0) throw new Error(`openssl: ${stderr}`);
}
