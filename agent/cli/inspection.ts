// `opengsa inspection`: makes this machine's inspection authority, has it trusted, and takes all of it away again.
import { homedir } from 'node:os';
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { type AuthorityFiles, authorityFiles } from '../inspection/authority-files.ts';
import { createDebianStore, debianCertificateFile } from '../inspection/debian-store.ts';
import { authorityFault, fingerprintOf } from '../inspection/local-authority.ts';
import { createNssStore, nssDirectories } from '../inspection/nss-store.ts';
import { asOwnerOf, isAdministrator } from '../inspection/owner.ts';
import type { TrustStore } from '../inspection/trust-store.ts';
import { stateDirectory } from '../paths.ts';
import { type InspectionReport, inspectionText } from './inspection-text.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption } from './options.ts';
import type { Terminal } from './terminal.ts';

/** The stores are this machine's, whatever agent runs; the socket is taken as every command takes it. */
type Options = ClientOptions & { readonly json?: true; readonly user?: true };

export function inspectionCommands(terminal: Terminal): Command {
  const command = new Command('inspection').description(
    'the authority for local inspection of the sign-in hosts (tenant restrictions)',
  );
  command.helpCommand(false);
  const userText = "this person's browsers instead of the system's store";
  command
    .command('install')
    .description('make the authority where there is none, and have it trusted')
    .option('--user', userText)
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((options: Options) => install(options, terminal));
  command
    .command('remove')
    .description('take the authority out of the store; of the system: its key as well')
    .option('--user', userText)
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((options: Options) => remove(options, terminal));
  command
    .command('status')
    .description('show what each store holds')
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((options: Options) => status(options, terminal));
  return command;
}

async function install(options: Options, terminal: Terminal): Promise<void> {
  refuseOtherPlatforms();
  const files = filesOf(options, terminal);
  if (options.user === true) {
    const certificate = await certificateForPerson(files);
    for (const store of personStores(terminal)) await installInto(store, certificate, terminal);
    terminal.line('Restart the browser: it reads the database when it starts');
    return;
  }
  const stateDir = administratorsChoice('install', options, terminal);
  const certificate = await asOwnerOf(stateDir, () => files.ensure(new Date()));
  await installInto(createDebianStore(), certificate, terminal);
  terminal.line('For browsers, each person runs: opengsa inspection install --user');
}

async function installInto(store: TrustStore, certificate: string, terminal: Terminal): Promise<void> {
  const fault = authorityFault(certificate);
  if (fault !== null) {
    throw new OpenGsaError('bad-config', `the inspection authority is not installed: ${fault}`);
  }
  await store.install(certificate);
  terminal.line(`Trusted in ${store.place}: ${fingerprintOf(certificate)}`);
}

async function remove(options: Options, terminal: Terminal): Promise<void> {
  refuseOtherPlatforms();
  if (options.user === true) {
    const files = filesOf(options, terminal);
    for (const store of personStores(terminal)) {
      await store.remove();
      terminal.line(`Not trusted any more in ${store.place}`);
    }
    // An authority that only this person had is of no more use; that of the system is the administrator's to remove.
    if ((await systemCertificate()) === null && (await ownCertificate(files)) !== null) await files.remove();
    return;
  }
  const stateDir = administratorsChoice('remove', options, terminal);
  const store = createDebianStore();
  await store.remove();
  await asOwnerOf(stateDir, () => authorityFiles(stateDir).remove());
  terminal.line(`Not trusted any more in ${store.place}; the authority's key is deleted`);
  terminal.line('In browsers, each person runs: opengsa inspection remove --user');
}

async function status(options: Options, terminal: Terminal): Promise<void> {
  refuseOtherPlatforms();
  const files = filesOf(options, terminal);
  const now = new Date();
  const own = await files.readCertificate().catch(() => null);
  const system = await systemCertificate();
  // Who may not look into the agent's directory knows the authority by what the administrator had trusted.
  const fingerprint = own === null && system === null ? null : fingerprintOf(own ?? system ?? '');
  const stateDir = stateDirectory(options.stateDir, terminal.environment);
  const stores = [
    { store: 'system' as const, trust: createDebianStore() },
    ...personStores(terminal).map((trust) => ({ store: 'user' as const, trust })),
  ];
  const report: InspectionReport = {
    authority:
      own === null
        ? null
        : { fingerprint: fingerprintOf(own), directory: files.directory, fault: authorityFault(own) },
    stores: await Promise.all(
      stores.map(async ({ store, trust }) => ({
        store,
        place: trust.place,
        state: await trust.state(fingerprint, now).catch((error: unknown) => ({
          kind: 'unknown' as const,
          detail: error instanceof Error ? error.message : String(error),
        })),
      })),
    ),
  };
  if (options.json === true) terminal.line(JSON.stringify(report, null, 2));
  else inspectionText(report, stateDir).forEach(terminal.line);
}

function personStores({ environment }: Terminal): readonly TrustStore[] {
  return nssDirectories(environment.HOME ?? homedir(), environment).map(createNssStore);
}

function filesOf(options: Options, { environment }: Terminal): AuthorityFiles {
  return authorityFiles(stateDirectory(options.stateDir, environment));
}

/** The agent's own where this account may read it, else the system's, else one made for an agent of this account. */
async function certificateForPerson(files: AuthorityFiles): Promise<string> {
  const own = await ownCertificate(files);
  return own ?? (await systemCertificate()) ?? files.ensure(new Date());
}

async function ownCertificate(files: AuthorityFiles): Promise<string | null> {
  return (await files.read().catch(ignoreAccessDenied))?.certificate ?? null;
}

function ignoreAccessDenied(error: unknown): null {
  if (error instanceof OpenGsaError && error.code === 'access-denied') return null;
  throw error;
}

async function systemCertificate(): Promise<string | null> {
  return readFile(debianCertificateFile(), 'utf8').catch(() => null);
}

/** Under sudo the usual directory is root's, where no agent looks; guessing would make a key that nobody uses. */
function administratorsChoice(verb: string, options: Options, { environment }: Terminal): string {
  const stateDir = stateDirectory(options.stateDir, environment);
  const command = `sudo opengsa inspection ${verb} --state-dir`;
  if (!isAdministrator()) {
    throw new OpenGsaError(
      'access-denied',
      `only an administrator changes the system's store: run "${command} ${stateDir}", or add --user for your own browsers`,
    );
  }
  const named = options.stateDir ?? environment.OPENGSA_STATE_DIR ?? '';
  if (named !== '') return stateDir;
  throw new OpenGsaError('bad-usage', `name the agent's state directory: ${command} DIRECTORY`);
}

function refuseOtherPlatforms(): void {
  if (process.platform === 'linux') return;
  throw new OpenGsaError('bad-usage', 'local inspection is not supported on this platform: it needs Linux');
}
