// The backup as an administrator makes and restores it, with the real program.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { initEdge, runEdge, runEdgeMain, serveEdge } from '../support/edge-program.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

// Each test starts several programs; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

let group: ProgramGroup;
beforeEach(() => void (group = createProgramGroup()));
afterEach(() => group.end());

const at = (name: string): string => join(group.folder, name);

test('a backup is made while the edge runs and while it does not, and an edge starts from it', async () => {
  await initEdge(group);
  const { program } = await serveEdge(group);
  await runEdge(group, ['devices', 'add', 'laptop', '--out', 'laptop']);
  const running = await runEdgeMain(group, ['backup', 'running.db', '--json']);
  expect({ ...running, stdout: JSON.parse(running.stdout) as unknown }).toMatchObject({
    code: 0,
    stderr: '',
    stdout: { file: at('running.db'), devices: 1, auditEntries: 1 },
  });
  const again = await runEdge(group, ['backup', 'running.db']);
  expect([again.code, again.stderr]).toEqual([
    1,
    `opengsa-edge: ${at('running.db')} exists; nothing was written\n`,
  ]);

  program.signal('SIGTERM');
  await program.ended;
  await runEdge(group, ['devices', 'revoke', 'laptop']);
  const stopped = await runEdge(group, ['backup', 'stopped.db']);
  expect(stopped.stdout).toBe(`${at('stopped.db')} was read back and is whole: devices 1, audit entries 2\n`);

  for (const name of ['edge.db', 'edge.db-wal', 'edge.db-shm']) rmSync(at(`state/${name}`), { force: true });
  copyFileSync(at('running.db'), at('state/edge.db'));
  await serveEdge(group);
  const { stdout } = await runEdge(group, ['devices', 'list', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ devices: [{ name: 'laptop', revokedAt: null }] });
});

test('an edge does not start on a damaged store, and says what to do', async () => {
  await initEdge(group);
  await runEdge(group, ['devices', 'add', 'laptop', '--out', 'laptop']);
  const bytes = readFileSync(at('state/edge.db'));
  bytes.fill(0x5a, 4096, 8192);
  writeFileSync(at('state/edge.db'), bytes);
  const { code, stderr } = await runEdgeMain(group, ['serve']);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /edge\.db: the store is damaged; stop the edge, move .* and put a backup in its place/,
  );
});
