// Whose accounts a machine has, asked by one that the machine itself does not know.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { debianPrograms } from '../../support/debian-programs.ts';
import { otherAccountsObstacle } from '../../support/other-accounts.ts';
import { pinnedNode } from '../../support/processes.ts';

const module = join(import.meta.dirname, '../../../agent/machine-report.ts');
const obstacle = otherAccountsObstacle();

test.skipIf(obstacle !== null)(`an account without a name has no name to hide ${obstacle ?? ''}`, () => {
  const asked = `import { accountNames } from ${JSON.stringify(module)};
    process.stdout.write(JSON.stringify(await accountNames()));`;
  const names = execFileSync(debianPrograms.setpriv.path, [
    ...['--reuid', '54321', '--regid', '54321', '--clear-groups'],
    ...[pinnedNode, '--input-type=module', '--eval', asked],
  ]);
  expect(JSON.parse(names.toString())).toEqual(expect.any(Array));
});
