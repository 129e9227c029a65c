// What a new administrator is given, whatever proves who it is: role, name and time.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AdministratorRole, administratorRoles, roleNamed } from '../core/admin-access.ts';
import { expiresOption, type PlaceOptions } from './options.ts';

export type AdministratorOptions = PlaceOptions & {
  readonly json?: boolean;
  readonly role: AdministratorRole;
  readonly name?: string;
  /** In ms. */
  readonly expires: number;
};

/** A year and a day: nobody renews what never ends. */
const longestDays = 366;

export function withAdministrator(command: Command): Command {
  return command
    .addOption(
      new Option('--role <role>', `one of: ${administratorRoles.join(', ')}`)
        .argParser(parseRole)
        .makeOptionMandatory(),
    )
    .option('--name <name>', 'what the audit log calls its holder (default: made up)')
    .addOption(expiresOption('for how long it is good', '90d', longestDays));
}

function parseRole(text: string): AdministratorRole {
  const role = roleNamed(text);
  if (role !== null) return role;
  throw new InvalidArgumentError(`It must be one of: ${administratorRoles.join(', ')}.`);
}
