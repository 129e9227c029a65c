// Accounts by name or number, and what is said of one that is not there.
import { writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { accountId } from '../../../agent/system-id.ts';

test('an account has the number that passwd(5) gives it, and a number stands for itself', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'opengsa-'));
  const file = join(folder.path, 'passwd');
  writeFileSync(file, 'root:x:0:0:root:/root:/bin/sh\nanna:x:1000:1000::/home/anna:/bin/sh\nodd:x::0::/:\n');
  expect(await accountId('anna', file)).toBe(1000);
  expect(await accountId('root', file)).toBe(0);
  expect(await accountId('61234', file)).toBe(61_234);
  await expect(accountId('nobody-here', file)).rejects.toThrow(
    /^capture\.transparent\.onlyUser: there is no account nobody-here in .*; name one, or write its number$/,
  );
  await expect(accountId('odd', file)).rejects.toThrow(/there is no account odd/);
  await expect(accountId('anna', join(folder.path, 'missing'))).rejects.toThrow(/cannot be read/);
});
