// `opengsa enroll`: makes this computer a device of an organisation's edge, by an invitation.
import { readFile } from 'node:fs/promises';
import { hostname, release } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { deviceBundleFiles } from '../../protocol/device-bundle.ts';
import { deviceName } from '../../protocol/enrollment.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { holdsInvitation, invitationMaxText, parseInvitation } from '../../protocol/invitation.ts';
import { parse } from '../../protocol/parse.ts';
import { printable } from '../../protocol/printable.ts';
import { systemClock as clock } from '../clock.ts';
import { enrollBySignIn } from '../enroll-by-sign-in.ts';
import { completeDirectory, discardPendingKey, pendingKey } from '../enrollment/device-directory.ts';
import { enroll, type Enrolled, type EnrollSetup } from '../enrollment/enroll.ts';
import { makeDeviceKey } from '../enrollment/key-request.ts';
import { stateDirectory } from '../paths.ts';
import { packageVersion } from '../product.ts';
import { askAgentIfAny } from './ask-agent.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption } from './options.ts';
import { readSecretText } from './secret-input.ts';
import { showSignIn } from './show-sign-in.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & {
  readonly name?: string;
  readonly replace?: true;
  readonly json?: true;
  readonly deviceCode?: true;
  readonly open: boolean;
  readonly issuer?: string;
  readonly issuerCa?: string;
};

export function enrollCommand(terminal: Terminal): Command {
  return new Command('enroll')
    .description(
      'make this computer a device of an edge: the invitation is asked for, or read from standard input; it may have you sign in',
    )
    .option(
      '--name <device>',
      "what it shall be called, where the invitation does not say (default: the computer's name)",
    )
    .option(
      '--replace',
      'take the place of the device that this computer is now, as is done anyway while the agent is refused; its files are kept beside, and a device of yours that has the name gives way',
    )
    .option('--device-code', 'to sign in, print a code to enter in a browser on any other device')
    .option('--no-open', 'to sign in, print the address instead of opening the browser')
    .option('--issuer <url>', 'where to sign in, if the edge has more than one issuer')
    .option(
      '--issuer-ca <file>',
      "PEM file with the authorities of the issuer's certificate (default: the system's)",
    )
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const name =
    options.name === undefined
      ? nameOf(hostname())
      : parse(deviceName, options.name, `--name ${JSON.stringify(options.name)}`, 'bad-usage');
  const signIn = await signInWay(options, terminal);
  const directory = join(stateDirectory(options.stateDir, terminal.environment), 'device');
  // Before a person looks for the invitation: a device that is enrolled already needs none.
  const replaces = options.replace === true || (await isRefused(options, terminal));
  const key = await pendingKey(directory, makeDeviceKey, replaces);
  const invitation = parseInvitation(
    await readSecretText(terminal, {
      prompt: 'Paste the invitation and press Enter; it is not shown:',
      isComplete: holdsInvitation,
      maxLength: invitationMaxText,
    }),
  );
  const device = {
    name,
    system: `${process.platform} ${release()}`.slice(0, 128),
    agent: packageVersion(),
  };
  const { bundle, expiresAt, concern } = await enroll({
    ...{ invitation, key, device, signIn },
    // Another computer of the person's gives way to this one where they said so, and not because this one is refused.
    replaces: options.replace === true,
    keep: (enrolled) => completeDirectory(directory, filesOf(enrolled), replaces),
    discardKey: () => discardPendingKey(directory),
    stop: terminal.stop,
    now: clock.now,
  });
  const runs = (await askAgentIfAny(options, terminal, () => true)) ?? false;
  if (concern !== null) terminal.errorLine(`opengsa: the certificate does not hold now. ${concern}`);
  if (options.json === true) {
    const { organisation, device: given } = bundle;
    terminal.line(
      JSON.stringify({
        event: 'enrolled',
        organisation,
        device: given,
        expiresAt,
        directory,
        agentRuns: runs,
      }),
    );
    return;
  }
  terminal.line(
    `This computer is ${bundle.device} of ${printable(bundle.organisation)}, until ${expiresAt.slice(0, 10)}.`,
  );
  terminal.line(`Its key and certificate: ${directory}`);
  terminal.line(
    runs
      ? 'An agent runs without these: stop it and start it again with: opengsa agent'
      : 'Start the agent with: opengsa agent',
  );
}

function filesOf({ certificate, authority, bundle }: Enrolled): Record<string, string> {
  return {
    [deviceBundleFiles.certificate]: certificate,
    [deviceBundleFiles.authority]: authority,
    [deviceBundleFiles.edge]: `${JSON.stringify(bundle, null, 2)}\n`,
  };
}

/** How the person signs in, where the invitation has them do that. */
async function signInWay(options: Options, terminal: Terminal): Promise<EnrollSetup['signIn']> {
  const { deviceCode, issuer, issuerCa, json } = options;
  return enrollBySignIn({
    how: deviceCode === true ? 'device-code' : 'browser',
    issuer: issuer ?? null,
    ca: issuerCa === undefined ? null : await readAuthorities(issuerCa),
    show: (started, { edge, organisation }, url) => {
      if (json !== true) {
        terminal.line(
          `Sign in at ${new URL(url).host} to make this computer a device of ${edge} (${printable(organisation)}).`,
        );
      }
      return showSignIn(started, 'enroll', options, terminal, { edge, organisation, issuer: url });
    },
    stop: terminal.stop,
  });
}

async function readAuthorities(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new OpenGsaError('bad-usage', `--issuer-ca: ${file} cannot be read`, { cause });
  }
}

/** Whether the running agent says that its device is out: revoked, expired or unknown, its files are of no more use. */
async function isRefused(options: Options, terminal: Terminal): Promise<boolean> {
  const status = await askAgentIfAny(options, terminal, (agent) => agent.call('status.get', {}));
  return status?.connection.kind === 'device-refused';
}

/** The computer's name as far as it can be a device's. */
function nameOf(host: string): string {
  const usable = host
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, 64);
  return usable === '' ? 'device' : usable;
}
