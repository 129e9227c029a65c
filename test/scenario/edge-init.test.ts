// Making an edge, and the command line itself: what is written, what is refused, and that nothing is half-made.
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runEdgeProgram } from '../../edge/cli/program.ts';
import { isEdgeName } from '../../edge/core/edge-name.ts';
import { initEdge, runEdge, runEdgeMain } from '../support/edge-program.ts';
import { createProgramGroup, edgeMain, pinnedNode, type ProgramGroup } from '../support/processes.ts';

let group: ProgramGroup;
beforeEach(() => {
  group = createProgramGroup();
});
afterEach(() => group.end());

const at = (name: string): string => join(group.folder, name);
const required = ['--name', 'edge.contoso.test', '--organisation', 'Contoso', '--microsoft', 'anchor'];

describe('init', () => {
  test('makes keys and a configuration that only their owner may read', async () => {
    const { code, stdout } = await runEdgeMain(group, ['init', ...required, '--egress', '198.51.100.5']);
    expect(code).toBe(0);
    expect(stdout).toContain('named location in Entra ID: 198.51.100.5');
    expect(readdirSync(at('state')).sort()).toEqual([
      'ca.crt',
      'ca.key',
      'edge.crt',
      'edge.key',
      'witness.jwk',
    ]);
    for (const name of readdirSync(at('state')))
      expect(statSync(at(`state/${name}`)).mode & 0o777).toBe(0o600);
    expect(statSync(at('state')).mode & 0o777).toBe(0o700);
  });

  test('asks for the decision about Microsoft and leaves nothing behind without it', async () => {
    const { code, stderr } = await runEdgeMain(group, ['init', ...required.slice(0, 4)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^opengsa-edge: .*--microsoft.*\n$/);
    expect(readdirSync(group.folder)).toEqual([]);
  });

  test("takes the machine's name for an edge and organisation that nobody named", async () => {
    const { code, stdout } = await runEdgeMain(group, ['init', '--microsoft', 'direct', '--json']);
    const name = isEdgeName(hostname().toLowerCase()) ? hostname().toLowerCase() : 'localhost';
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name, organisation: name, microsoft: 'direct' });
    expect(new X509Certificate(readFileSync(at('state/edge.crt'))).checkHost(name)).toBe(name);
  });

  test.each([
    ['EDGE-7', 'edge-7'],
    ['front door', 'localhost'],
    ['', 'localhost'],
    ['192.0.2.1', 'localhost'],
  ])('a machine called %j makes an edge called %s', async (hostName, name) => {
    const lines: string[] = [];
    const code = await runEdgeProgram(
      ['init', '--microsoft', 'direct', '--config', at('edge.yaml'), '--state-dir', at('state')],
      {
        environment: {},
        uid: 0,
        hostName,
        line: (text) => lines.push(text),
        errorLine: (text) => lines.push(text),
        stop: new AbortController().signal,
        onHangup: () => undefined,
      },
    );
    expect(code).toBe(0);
    expect(lines[0]).toBe(`Edge: ${name} of ${name}`);
  });

  test.each([
    ['a wrong decision', ['--microsoft', 'opaque'], 2, /Allowed choices are anchor, direct/],
    ['an address that is none', ['--egress', 'eth0'], 2, /--egress: eth0 is not an IP address/],
    [
      'two addresses of one family',
      ['--egress', '192.0.2.1', '--egress', '192.0.2.2'],
      2,
      /one address per family/,
    ],
    ['a listener without port', ['--listen', '127.0.0.1'], 2, /listen\.tunnel\[0\]: must be/],
    ['a URL without TLS', ['--public-url', 'http://e.test'], 2, /edges\[0\]\.url: must be/],
    ['an option that does not exist', ['--colour', 'blue'], 2, /unknown option '--colour'/],
  ])('refuses %s in one line and writes nothing', async (_, words, expected, message) => {
    const { code, stderr } = await runEdge(group, ['init', ...required, ...words]);
    expect(code).toBe(expected);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(readdirSync(group.folder)).toEqual([]);
  });

  test('overwrites neither keys nor configuration', async () => {
    await initEdge(group);
    const before = readFileSync(at('state/ca.key'), 'utf8');
    const again = await runEdge(group, ['init', ...required]);
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringMatching(/state is not empty \(ca\.crt, ca\.key/),
    ]);
    renameSync(at('state'), at('elsewhere'));
    const half = await runEdge(group, ['init', ...required]);
    expect([half.code, half.stderr]).toEqual([1, expect.stringMatching(/edge\.yaml exists/)]);
    expect(existsSync(at('state'))).toBe(false);
    expect(readFileSync(at('elsewhere/ca.key'), 'utf8')).toBe(before);
  });
});

describe('the command line', () => {
  test.each([
    ['--help'],
    ['init', '--help'],
    ['devices', 'add', '--help'],
    ['signaling', 'disable', '--help'],
  ])('%s %s %s explains itself on standard output', async (...words) => {
    const { code, stdout, stderr } = await group.run(pinnedNode, [edgeMain, ...words]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Usage: opengsa-edge');
  });

  test('without a command it is wrong usage', async () => {
    expect((await group.run(pinnedNode, [edgeMain])).code).toBe(2);
  });

  test('paths are those of the place where npm was called', async () => {
    writeFileSync(at('edge.yaml'), 'name: 7\n');
    const words = ['serve', '--config', 'edge.yaml'];
    const env = { INIT_CWD: group.folder };
    const { stderr } = await group.run(pinnedNode, [edgeMain, ...words], { cwd: '/', env });
    expect(stderr).toContain(`${at('edge.yaml')}: name: `);
  });
});
