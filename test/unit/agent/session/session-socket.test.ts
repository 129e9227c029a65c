// Where one session of a person listens: who is refused, and what a folder that cannot serve says.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askSession, openSessionSocket } from '../../../../agent/session/session-socket.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('one session listens, a second is refused, and the next may after its end', async () => {
  expect(await askSession(folder)).toBeNull();
  const first = await openSessionSocket(folder, () => null);
  expect(await askSession(folder)).toBe('starting');
  await expect(openSessionSocket(folder, () => null)).rejects.toMatchObject({ code: 'conflict' });
  await first.close();
  await (await openSessionSocket(folder, () => null)).close();
});

test('a path that is too long for a socket is named as that', async () => {
  const long = join(folder, 'x'.repeat(120));
  for (const attempt of [askSession(long), openSessionSocket(long, () => null)]) {
    await expect(attempt).rejects.toMatchObject({
      code: 'bad-usage',
      message: expect.stringMatching(
        /x\/session\/session\.sock: is too long .*shorter --state-dir$/,
      ) as string,
    });
  }
});

test('a state directory that is none is named with what to do', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(await askSession(file)).toBeNull();
  await expect(openSessionSocket(file, () => null)).rejects.toMatchObject({
    code: 'bad-permissions',
    message: expect.stringMatching(/file\/session: .*--state-dir$/) as string,
  });
});
