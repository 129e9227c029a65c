// What a program prints reaches a slow reader whole: the end of the program waits for it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from '../../edge/store/sqlite/store.ts';
import type { Profile } from '../../protocol/profile.ts';
import { initEdge } from '../support/edge-program.ts';
import {
  agentMain,
  createProgramGroup,
  edgeMain,
  pinnedNode,
  type ProgramGroup,
} from '../support/processes.ts';

const root = join(import.meta.dirname, '../..');

let group: ProgramGroup;
beforeEach(() => {
  group = createProgramGroup();
});
afterEach(() => group.end());

/** A reader that begins late. The wait decides nothing: a program that waits for its reader passes without it too. */
const slowly = '{ sleep 1; cat; }';

/** The standard output of `words` behind a pipe whose reader begins late. */
async function throughPipe(words: readonly string[]): Promise<string> {
  const { stdout } = await group.run('/bin/sh', ['-c', `"$@" | ${slowly}`, 'sh', pinnedNode, ...words]);
  return stdout;
}

test('a long list of the edge', async () => {
  await initEdge(group);
  const at = '2026-06-01T12:00:00.000Z';
  const store = openSqliteStore(join(group.folder, 'state/edge.db'), at);
  const names = Array.from({ length: 600 }, (_, n) => `workstation-${n}`);
  for (const [n, name] of names.entries()) {
    store.devices.add({ name, thumbprint: `thumbprint-${n}`.padEnd(43, 'x'), createdAt: at, expiresAt: at });
  }
  store.close();
  const places = ['--config', join(group.folder, 'edge.yaml'), '--state-dir', join(group.folder, 'state')];
  const text = await throughPipe([edgeMain, 'devices', 'list', '--json', ...places]);
  const { devices } = JSON.parse(text) as { devices: { name: string }[] };
  expect(devices.map(({ name }) => name).sort()).toEqual(names.sort());
});

test('a long answer of the client', async () => {
  const profile = JSON.parse(readFileSync(join(root, 'assets/profiles/microsoft.json'), 'utf8')) as Profile;
  const rule = profile.policies.flatMap(({ rules }) => rules).find(({ ruleType }) => ruleType === 'fqdn');
  const destinations = Array.from({ length: 10_000 }, (_, n) => ({ value: `host-${n}.contoso.test` }));
  const long = { ...profile, policies: [{ ...profile.policies[0], rules: [{ ...rule, destinations }] }] };
  const file = join(group.folder, 'long.json');
  writeFileSync(file, JSON.stringify(long));
  const text = await throughPipe([agentMain, 'profile', 'export', '--profile', file, '--format', 'json']);
  expect(text).toContain('host-9999.contoso.test');
  expect(JSON.parse(text)).toBeTypeOf('object');
});
