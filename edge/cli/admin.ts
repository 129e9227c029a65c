// `opengsa-edge admin`: who may use the administration API. A token is shown once, when it is made.
import { Command } from 'commander';
import { systemUser } from '../administration.ts';
import type { Administrator } from '../store/administrator-store.ts';
import { certificateCommand } from './admin-certificate.ts';
import { type AdministratorOptions, withAdministrator } from './admin-options.ts';
import { administer } from './administrator.ts';
import { actingCommand, type PlaceOptions, placesOf } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = PlaceOptions & { readonly json?: boolean };

export function adminCommand(terminal: Terminal): Command {
  return new Command('admin')
    .description('who may use the administration API; works whether or not the edge runs')
    .helpCommand(false)
    .addCommand(
      withAdministrator(
        actingCommand('token', 'make a token and show it once; the edge keeps its hash only'),
      ).action((options: AdministratorOptions) => makeToken(options, terminal)),
    )
    .addCommand(certificateCommand(terminal))
    .addCommand(
      actingCommand('list', 'show all administrators, revoked and expired ones too').action(
        (options: Options) => list(options, terminal),
      ),
    )
    .addCommand(
      actingCommand('revoke', 'take the right away; it holds from the next request on')
        .argument('<name>', 'the name that it was made with')
        .action((name: string, options: Options) => revoke(name, options, terminal)),
    );
}

async function makeToken(options: AdministratorOptions, terminal: Terminal): Promise<void> {
  const wanted = { name: options.name ?? null, role: options.role, lifetimeMs: options.expires };
  const { administrator, token } = await administer(
    placesOf(options, terminal),
    'administrators.add',
    { ...wanted, uid: terminal.uid },
    ({ administrators }) => administrators.add(wanted, systemUser(terminal.uid)),
  );
  if (options.json === true) {
    terminal.line(JSON.stringify({ administrator, token }));
    return;
  }
  const { name, role, expiresAt } = administrator;
  // What is piped into a file or a variable is the token and nothing else.
  terminal.errorLine(
    `${name} is ${role} until ${expiresAt.slice(0, 10)}. This is the token; it is not shown again:`,
  );
  terminal.line(token);
}

async function list(options: Options, terminal: Terminal): Promise<void> {
  const { administrators } = await administer(
    placesOf(options, terminal),
    'administrators.list',
    {},
    ({ administrators: all }) => ({ administrators: [...all.list()] }),
  );
  if (options.json === true) {
    terminal.line(JSON.stringify({ administrators }));
    return;
  }
  if (administrators.length === 0) {
    terminal.line(
      'no administrators; make one with: opengsa-edge admin token --role ROLE, or admin certificate',
    );
  }
  for (const administrator of administrators) terminal.line(describe(administrator));
}

async function revoke(name: string, options: Options, terminal: Terminal): Promise<void> {
  const { administrator } = await administer(
    placesOf(options, terminal),
    'administrators.revoke',
    { name, uid: terminal.uid },
    ({ administrators }) => ({ administrator: administrators.revoke(name, systemUser(terminal.uid)) }),
  );
  terminal.line(
    options.json === true
      ? JSON.stringify({ administrator })
      : `${name} may not use the administration API any more`,
  );
}

function describe({ name, role, proof, createdAt, expiresAt, revokedAt }: Administrator): string {
  const state =
    revokedAt === null ? `until ${expiresAt.slice(0, 10)}` : `revoked on ${revokedAt.slice(0, 10)}`;
  return `${name.padEnd(24)} ${role.padEnd(34)} ${state.padEnd(22)} made ${createdAt.slice(0, 10)}  ${proof.kind}`;
}
