import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { groupId } from '../../../agent/system-id.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
  writeFileSync(
    join(folder, 'group'),
    'root:x:0:\nopengsa-old:x:997:\nopengsa:x:998:someone,other\nbroken:x::\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a group is found by its whole name', async () => {
  expect(await groupId('opengsa', join(folder, 'group'))).toBe(998);
  expect(await groupId('root', join(folder, 'group'))).toBe(0);
});

test.each(['absent', 'broken', 'opengs', ''])(
  'group %j is refused with the key and what to do',
  async (name) => {
    await expect(groupId(name, join(folder, 'group'))).rejects.toMatchObject({
      code: 'bad-config',
      message: expect.stringMatching(/^management\.group: .*groupadd/) as string,
    });
  },
);

test('a file that is not there is named', async () => {
  await expect(groupId('opengsa', join(folder, 'nothing'))).rejects.toThrow(/nothing cannot be read/);
});
