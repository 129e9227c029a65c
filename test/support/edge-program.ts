// The edge as its administrator has it: the real program, made by init and driven by its commands.
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type ClientHttp2Session, connect } from 'node:http2';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { deviceBundle } from '../../protocol/device-bundle.ts';
import type { CommandResult } from './client-command.ts';
import { runEdgeIn } from './edge-command.ts';
import { edgeMain, pinnedNode, type Program, type ProgramGroup, type ProgramResult } from './processes.ts';

const places = ['--config', 'edge.yaml', '--state-dir', 'state'];
const initOptions = ['--name', 'edge.contoso.test', '--organisation', 'Contoso'];

/** One command of `opengsa-edge` with the group's configuration and state directory, run in this process. */
export function runEdge(group: ProgramGroup, words: readonly string[]): Promise<CommandResult> {
  return runEdgeIn(group, [...words, ...places]);
}

/** The same as the program that administrators start. */
export function runEdgeMain(group: ProgramGroup, words: readonly string[]): Promise<ProgramResult> {
  return group.run(pinnedNode, [edgeMain, ...words, ...places]);
}

let made: ReadonlyMap<string, string> | undefined;

/**
 * An edge as `init` makes it for any free port of loopback, with `settings` set in the configuration. The keys are
 * made once per process of tests: the edges of two tests never meet.
 */
export async function initEdge(group: ProgramGroup, settings: object = {}): Promise<void> {
  if (made === undefined) {
    const listen = ['--listen', '127.0.0.1:0', '--microsoft', 'direct'];
    const { code, stderr } = await runEdge(group, ['init', ...initOptions, ...listen]);
    if (code !== 0) throw new Error(`init: ${stderr}`);
    const keys = readdirSync(join(group.folder, 'state')).map((name) => `state/${name}`);
    made = new Map(
      ['edge.yaml', ...keys].map((name) => [name, readFileSync(join(group.folder, name), 'utf8')]),
    );
  } else {
    mkdirSync(join(group.folder, 'state'), { mode: 0o700 });
    for (const [name, text] of made) writeFileSync(join(group.folder, name), text, { mode: 0o600 });
  }
  configureEdge(group, settings);
}

/** Sets top-level keys of the configuration, comments kept. */
export function configureEdge(group: ProgramGroup, settings: object): void {
  const file = join(group.folder, 'edge.yaml');
  const document = parseDocument(readFileSync(file, 'utf8'));
  for (const [key, value] of Object.entries(settings)) document.set(key, document.createNode(value));
  writeFileSync(file, document.toString());
}

const readyLine = z.object({
  event: z.literal('ready'),
  tunnel: z.array(z.object({ address: z.string(), port: z.int() })).min(1),
});

/** Starts `serve` and waits until devices can connect. */
export async function serveEdge(group: ProgramGroup): Promise<{ program: Program; port: number }> {
  const program = group.start(pinnedNode, [edgeMain, 'serve', '--json', ...places]);
  const { tunnel } = readyLine.parse(JSON.parse(await program.line(/^\{"event":"ready"/)));
  return { program, port: tunnel[0]?.port ?? 0 };
}

const readyLogLine = z.object({ metrics: z.object({ address: z.string(), port: z.int() }).nullable() });

/** As `serveEdge`, and where its figures are. */
export async function readyEdge(group: ProgramGroup): Promise<{
  program: Program;
  port: number;
  metrics: { address: string; port: number } | null;
}> {
  const { program, port } = await serveEdge(group);
  const line = program
    .stderr()
    .split('\n')
    .find((text) => text.includes('the edge is ready'));
  return { program, port, ...readyLogLine.parse(JSON.parse(line ?? 'null')) };
}

/** A session of the device whose files are in `directory`. The caller destroys it. */
export async function sessionOfBundle(group: ProgramGroup, directory: string): Promise<ClientHttp2Session> {
  const read = (name: string): string => readFileSync(join(group.folder, directory, name), 'utf8');
  const { edges } = deviceBundle.parse(JSON.parse(read('edge.json')));
  const url = new URL(edges[0]?.url ?? '');
  const session = connect(url, {
    createConnection: () =>
      connectTls({
        host: edges[0]?.addresses?.[0] ?? url.hostname,
        port: Number(url.port),
        servername: url.hostname,
        ca: read('ca.crt'),
        cert: read('device.crt'),
        key: read('device.key'),
        ALPNProtocols: ['h2'],
      }),
  });
  session.on('error', () => undefined);
  await once(session, 'connect');
  return session;
}
