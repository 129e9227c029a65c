// `opengsa-edge backup`: the store in one file, whether the edge runs or not.
import { Command } from 'commander';
import { typedPath } from '../paths.ts';
import { actingCommand, type PlaceOptions, placesOf } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = PlaceOptions & { readonly json?: boolean };

export function backupCommand(terminal: Terminal): Command {
  return actingCommand(
    'backup',
    'copy devices, settings and the audit log into FILE, which must not exist; the edge may run meanwhile. ' +
      'Keys and the configuration are files of their own: copy them as well',
  )
    .argument('<file>', 'where to; only its owner may read it')
    .action((file: string, options: Options) => run(file, options, terminal));
}

async function run(file: string, options: Options, terminal: Terminal): Promise<void> {
  const target = typedPath(file, terminal.environment);
  const { store } = placesOf(options, terminal).files;
  const { backUpStore } = await import('../store/sqlite/backup.ts');
  const facts = await backUpStore(store, target);
  terminal.line(
    options.json === true
      ? JSON.stringify({ file: target, ...facts })
      : `${target} was read back and is whole: devices ${facts.devices}, audit entries ${facts.auditEntries}`,
  );
}
