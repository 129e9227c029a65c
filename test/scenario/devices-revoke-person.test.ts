// Somebody leaves the organisation: one command takes all devices that the person enrolled by signing in.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from '../../edge/store/sqlite/store.ts';
import { initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

const issuer = 'https://login.contoso.test';
const at = '2026-01-01T00:00:00.000Z';
const people = {
  megan: { issuer, subject: 'a1', name: 'Megan@contoso.test' },
  alex: { issuer, subject: 'b2', name: 'alex@contoso.test' },
};

let group: ProgramGroup;
beforeEach(async () => {
  group = createProgramGroup();
  await initEdge(group);
  const store = openSqliteStore(join(group.folder, 'state/edge.db'), at);
  const owned = [
    ['laptop', people.megan],
    ['desktop', people.megan],
    ['tablet', people.alex],
    ['kiosk', null],
  ] as const;
  for (const [name, owner] of owned) {
    const thumbprint = randomUUID().padEnd(43, 'x');
    store.devices.add({ name, thumbprint, createdAt: at, expiresAt: '2099-01-01T00:00:00.000Z', owner });
  }
  store.close();
});
afterEach(() => group.end());

const revoke = (...words: string[]) => runEdge(group, ['devices', 'revoke', ...words]);

async function good(): Promise<string[]> {
  const { stdout } = await runEdge(group, ['devices', 'list', '--json']);
  const { devices } = JSON.parse(stdout) as { devices: { name: string; revokedAt: string | null }[] };
  return devices.flatMap(({ name, revokedAt }) => (revokedAt === null ? [name] : [])).sort();
}

test('each is named as it is revoked, and nobody else loses one, whether or not the edge runs', async () => {
  const offline = await revoke('--person', 'MEGAN@contoso.test');
  expect([offline.code, offline.stderr]).toEqual([0, '']);
  expect(offline.stdout.trimEnd().split('\n').sort()).toEqual([
    'desktop may not use the edge any more',
    'laptop may not use the edge any more',
  ]);
  expect(await good()).toEqual(['kiosk', 'tablet']);

  await serveEdge(group);
  const running = await revoke('--person', 'b2', '--json');
  expect(JSON.parse(running.stdout)).toMatchObject({ devices: [{ name: 'tablet', owner: people.alex }] });
  expect(await good()).toEqual(['kiosk']);

  const nobody = await revoke('--person', 'alex@contoso.test');
  expect([nobody.code, nobody.stdout, nobody.stderr]).toEqual([
    1,
    '',
    'opengsa-edge: no good device was enrolled by a sign-in of alex@contoso.test; whose each is: opengsa-edge devices list\n',
  ]);
});

test.each([
  [['laptop', '--person', 'a1'], /either the name of a device or --person, not both/],
  [[], /which device\? Its name, or --person/],
])('%j is wrong usage, and nothing is revoked', async (words, message) => {
  const { code, stderr } = await revoke(...words);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(await good()).toHaveLength(4);
});
