// `opengsa-edge admin certificate`: an administrator who is known by a certificate, their own or one that is made here.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { systemUser } from '../administration.ts';
import { administratorNameFor, refuseBadName } from '../administrators.ts';
import { certificateThumbprint, createClientCredential } from '../identity/pki.ts';
import { typedPath } from '../paths.ts';
import { createPrivateDirectory, refuseNonEmptyDirectory } from '../private-files.ts';
import type { Administrator } from '../store/administrator-store.ts';
import { type AdministratorOptions, withAdministrator } from './admin-options.ts';
import { administer } from './administrator.ts';
import { readCertificateFile } from './certificate-file.ts';
import { actingCommand, placesOf } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = AdministratorOptions & { readonly certificate?: string; readonly out?: string };

export function certificateCommand(terminal: Terminal): Command {
  return withAdministrator(
    actingCommand(
      'certificate',
      'register a certificate, or make one with its key; the key is never sent to the edge',
    ),
  )
    .addOption(new Option('--certificate <file>', 'the one that the administrator has, PEM').conflicts('out'))
    .option('--out <directory>', 'make key and certificate in here; absent or empty before (0700)')
    .action((options: Options) => {
      if (options.certificate !== undefined) return register(options.certificate, options, terminal);
      if (options.out !== undefined) return make(options.out, options, terminal);
      throw new OpenGsaError(
        'bad-usage',
        'name the certificate with --certificate FILE, or where to make one with --out DIR',
      );
    });
}

async function register(file: string, options: Options, terminal: Terminal): Promise<void> {
  const { certificate, further } = readCertificateFile(file, terminal);
  const administrator = await addAdministrator(
    certificate.toString(),
    options.name ?? null,
    options,
    terminal,
  );
  if (further > 0) {
    terminal.errorLine(`${file} holds ${further + 1} certificates; the first one counts, and alone`);
  }
  if (options.json === true) terminal.line(JSON.stringify({ administrator }));
  else terminal.line(`${describe(administrator)}, by the certificate ${certificateThumbprint(certificate)}.`);
}

/** The files first: who is registered holds the key, whatever goes wrong. */
async function make(out: string, options: Options, terminal: Terminal): Promise<void> {
  const directory = typedPath(out, terminal.environment);
  refuseNonEmptyDirectory(directory);
  const name = options.name ?? administratorNameFor(randomUUID());
  refuseBadName(name);
  const { key, certificate } = await createClientCredential(
    { name, lifetimeMs: options.expires },
    new Date(),
  );
  const files = { [`${name}.key`]: key, [`${name}.crt`]: certificate };
  const removeFiles = createPrivateDirectory(directory, files);
  let administrator: Administrator;
  try {
    administrator = await addAdministrator(certificate, name, options, terminal);
  } catch (error) {
    removeFiles();
    throw error;
  }
  if (options.json === true) {
    terminal.line(JSON.stringify({ administrator, directory, files: Object.keys(files) }));
    return;
  }
  const at = join(directory, name);
  terminal.line(`${describe(administrator)}. Key and certificate: ${at}.key, ${at}.crt`);
  terminal.line(
    `Use them: curl --cacert ${placesOf(options, terminal).files.authorityCertificate} --cert ${at}.crt --key ${at}.key https://…/v1.0/…`,
  );
}

async function addAdministrator(
  certificate: string,
  name: string | null,
  options: Options,
  terminal: Terminal,
): Promise<Administrator> {
  const wanted = { name, role: options.role, lifetimeMs: options.expires, certificate };
  const { administrator } = await administer(
    placesOf(options, terminal),
    'administrators.addCertificate',
    { ...wanted, uid: terminal.uid },
    ({ administrators }) => ({
      administrator: administrators.addCertificate(wanted, systemUser(terminal.uid)),
    }),
  );
  return administrator;
}

function describe({ name, role, expiresAt }: Administrator): string {
  return `${name} is ${role} until ${expiresAt.slice(0, 10)}`;
}
