// What others chose and the two programs print: a terminal obeys none of it, and scripts read it as it was.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configureEdge, initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import {
  agentMain,
  createProgramGroup,
  edgeMain,
  pinnedNode,
  type ProgramGroup,
} from '../support/processes.ts';

/** Hides what follows, turns it round, and does so by a control of one character. */
const steers = 'Contoso\u001b[8m\u202e\u009b8m';
const shown = String.raw`Contoso\u001b[8m\u202e\u009b8m`;
const obeyed = /[[\p{Cc}\p{Cf}]--\n]/v;

let group: ProgramGroup;
beforeEach(() => {
  group = createProgramGroup();
});
afterEach(() => group.end());

const client = (words: readonly string[], input?: string) =>
  group.run(pinnedNode, [agentMain, ...words], input === undefined ? {} : { input });

describe('the client', () => {
  test('shows what an edge calls itself', async () => {
    await initEdge(group, { listen: { tunnel: ['127.0.0.1:0'], enrollment: '127.0.0.1:0' } });
    configureEdge(group, { organisation: steers });
    await serveEdge(group);
    const { stdout: text } = await runEdge(group, ['invite', '--name', 'laptop']);
    const { code, stdout, stderr } = await client(['enroll'], text);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`This computer is laptop of ${shown}, until `);
    expect(stdout).not.toMatch(obeyed);
  });

  test('shows what is wrong with a command line', async () => {
    const { code, stderr } = await client([steers]);
    expect(code).toBe(2);
    expect(stderr).toContain(shown);
    expect(stderr).not.toMatch(obeyed);
  });

  test('gives a script the text as it was', async () => {
    const { stdout } = await client(
      ['profile', 'test', '--json', '-'],
      `${JSON.stringify({ host: steers })}\n`,
    );
    expect(JSON.parse(stdout)).toMatchObject({ host: steers });
    expect(stdout).not.toMatch(obeyed);
  });
});

test('the edge shows what it was called, and gives a script the text as it was', async () => {
  const init = (...places: string[]) =>
    group.run(pinnedNode, [
      ...[edgeMain, 'init', '--name', 'edge.contoso.test', '--organisation', steers, '--microsoft', 'direct'],
      ...places,
    ]);
  const plain = await init('--config', 'a.yaml', '--state-dir', 'a');
  expect([plain.code, plain.stderr]).toEqual([0, '']);
  expect(plain.stdout).toContain(`Edge: edge.contoso.test of ${shown}\n`);
  expect(plain.stdout).not.toMatch(obeyed);

  const json = await init('--config', 'b.yaml', '--state-dir', 'b', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ organisation: steers });
  expect(json.stdout).not.toMatch(obeyed);

  const wrong = await init(steers);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain(shown);
  expect(wrong.stderr).not.toMatch(obeyed);
});
