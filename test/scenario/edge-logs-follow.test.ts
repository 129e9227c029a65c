// `opengsa-edge logs --follow` as a person runs it: beside a running edge, in a pipe, ended by Ctrl+C.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { answered } from '../support/data-plane.ts';
import { initEdge, runEdge, serveEdge, sessionOfBundle } from '../support/edge-program.ts';
import { exampleRecord } from '../support/example-records.ts';
import { createProgramGroup, edgeMain, pinnedNode, type ProgramGroup } from '../support/processes.ts';

// Each test starts several programs; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

let group: ProgramGroup;
beforeEach(() => void (group = createProgramGroup()));
afterEach(() => group.end());

const places = ['--config', 'edge.yaml', '--state-dir', 'state'];
const follow = (...more: string[]): string[] => [edgeMain, 'logs', '--follow', ...more, ...places];

test('flows show up while they end, filtered, as JSON lines or as a table, until Ctrl+C', async () => {
  await initEdge(group);
  const { program: edge } = await serveEdge(group);
  const json = group.start(pinnedNode, follow('--json', '--destination', 'wanted.contoso.test'));
  const table = group.start(pinnedNode, follow());
  await table.line(/^STARTED/);
  await runEdge(group, ['devices', 'add', 'laptop', '--out', 'laptop']);
  const session = await sessionOfBundle(group, 'laptop');
  await answered(session, 'other.contoso.test:443');
  await answered(session, 'wanted.contoso.test:443');
  session.destroy();

  await table.line(/ laptop .* wanted\.contoso\.test:443 .* refused/);
  expect(JSON.parse(await json.line(/wanted/))).toMatchObject({ device: { name: 'laptop' } });
  expect(json.stdout().trim().split('\n')).toHaveLength(1);
  for (const program of [json, table]) program.signal('SIGINT');
  expect([await json.ended, await table.ended]).toMatchObject([
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
  ]);
  edge.signal('SIGTERM');
  await edge.ended;
});

test('a reader that has read enough ends it without a word', async () => {
  await initEdge(group);
  const file = join(group.folder, 'flows.jsonl');
  const record = (): void => appendFileSync(file, `${JSON.stringify(exampleRecord(1))}\n`);
  record();
  const reader = group.start('/bin/sh', [
    '-c',
    '"$@" | { head -n 1 && echo enough; }',
    'sh',
    pinnedNode,
    ...follow('--json', '--file', file),
  ]);
  await reader.line(/^enough$/);
  // The next record finds nobody.
  record();
  expect(await reader.ended).toMatchObject({ stderr: '' });
});

test.each([
  [['--follow', '--until', '1h'], /--follow.*cannot be used with.*--until/],
  [['--limit', '0'], /--limit 0 is for --follow/],
])('%j is wrong usage', async (words, message) => {
  await initEdge(group);
  const { code, stderr } = await runEdge(group, ['logs', ...words]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});
