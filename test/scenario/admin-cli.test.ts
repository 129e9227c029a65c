// `opengsa-edge admin` as a person types it: the first administrator, before an edge runs and while it does.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { initEdge, runEdge, runEdgeMain, serveEdge } from '../support/edge-program.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

vi.setConfig({ testTimeout: 90_000 });

let group: ProgramGroup;
beforeEach(() => {
  group = createProgramGroup();
});
afterEach(() => group.end());

test('a token is made, listed without itself, and revoked; the edge may run or not', async () => {
  await initEdge(group);
  const made = await runEdgeMain(group, ['admin', 'token', '--role', 'security-reader', '--name', 'alex']);
  expect(made.code).toBe(0);
  expect(made.stdout).toMatch(/^opengsa_[\w-]{43}\n$/);
  expect(made.stderr).toMatch(/^alex is Security Reader until .*not shown again:\n$/);
  await serveEdge(group);
  const listed = await runEdge(group, ['admin', 'list']);
  expect(listed.stdout).toMatch(/^alex +Security Reader +until /);
  expect(listed.stdout).not.toContain(made.stdout.trim());
  const json = await runEdge(group, ['admin', 'revoke', 'alex', '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ administrator: { name: 'alex' } });
  expect((await runEdge(group, ['admin', 'list'])).stdout).toMatch(/revoked on/);
});

test.each([
  [['token'], 2, /--role/],
  [['token', '--role', 'Global Administrator'], 2, /must be one of: Global Secure Access Administrator, /],
  [
    ['token', '--role', 'Security Reader', '--expires', 'never'],
    2,
    /must be a number and a unit: s, m, h or d, such as 24h, at most 366d/,
  ],
  [['token', '--role', 'Security Reader', '--name', 'a b'], 2, /the administrator's name "a b"/],
  [['revoke', 'nobody'], 1, /no administrator named nobody/],
])('admin %j is refused', async (words, expected, message) => {
  await initEdge(group);
  const { code, stderr } = await runEdge(group, ['admin', ...words]);
  expect([code, stderr]).toEqual([expected, expect.stringMatching(message)]);
});
