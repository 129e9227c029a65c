// A real edge and agent for measurements, with one destination behind the edge that measures nothing itself.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { parse } from '../../protocol/parse.ts';
import { freePort } from '../support/loopback.ts';
import { agentMain, createProgramGroup, edgeMain, pinnedNode, type Program } from '../support/processes.ts';

export type BenchRig = {
  readonly agent: Program;
  readonly edge: Program;
  /** Milliseconds from the start of the agent's process to the first byte that came through its tunnel. */
  readonly firstByteAfterMs: number;
  /** A connection to the origin through agent and edge, ready for bytes. */
  readonly open: () => Promise<Socket>;
  readonly end: () => Promise<void>;
};

const host = 'bench.contoso.test';
const edgeOptions = ['--config', 'edge.yaml', '--state-dir', 'edge-state'];
const agentOptions = ['--state-dir', 'agent-state', '--socket', 'agent.sock'];

export async function startBenchRig(): Promise<BenchRig> {
  const group = createProgramGroup();
  try {
    const edge = async (words: readonly string[]) => {
      const { code, stderr } = await group.run(pinnedNode, [edgeMain, ...words, ...edgeOptions]);
      if (code !== 0) throw new Error(`opengsa-edge ${words.join(' ')}: ${stderr}`);
    };
    const origin = group.start(pinnedNode, [join(import.meta.dirname, 'origin.ts')]);
    const { port } = parse(z.object({ port: z.int() }), JSON.parse(await origin.line(/^\{/)), 'origin');
    await edge(['init', '--name', 'edge.contoso.test', '--organisation', 'Contoso', '--microsoft', 'direct']);
    await configureEdge(group.folder, port);
    const edgeProgram = group.start(pinnedNode, [edgeMain, 'serve', ...edgeOptions]);
    await edgeProgram.line(/listening|ready/i);
    await edge(['devices', 'add', 'bench', '--out', 'device']);

    const proxyPort = await freePort('127.0.0.1');
    writeFileSync(
      join(group.folder, 'agent.yaml'),
      stringify({
        credentials: 'device',
        capture: { http: `127.0.0.1:${proxyPort}`, socks5: 'off' },
        customRules: [{ destinations: [host] }],
      }),
      { mode: 0o600 },
    );
    const startedAt = performance.now();
    const agent = group.start(pinnedNode, [agentMain, 'agent', '--config', 'agent.yaml', ...agentOptions]);
    const open = () => openThrough(proxyPort);
    await firstByte(open);
    return {
      agent,
      edge: edgeProgram,
      firstByteAfterMs: performance.now() - startedAt,
      open,
      end: () => group.end(),
    };
  } catch (error) {
    await group.end();
    throw error;
  }
}

/** CPU seconds that a process has used so far, from /proc/PID/stat (user and system, 100 ticks a second). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of a process in MiB. */
export function residentMiB(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / 1024;
}

async function configureEdge(folder: string, originPort: number): Promise<void> {
  const file = join(folder, 'edge.yaml');
  const config = parseDocument(readFileSync(file, 'utf8'));
  const settings: Record<string, unknown> = {
    listen: { tunnel: [`127.0.0.1:${await freePort('127.0.0.1')}`] },
    sourceRanges: ['127.0.0.0/8'],
    classes: [{ match: host, class: 'opaque', upstream: { address: '127.0.0.1', port: originPort } }],
  };
  for (const [key, value] of Object.entries(settings)) config.set(key, config.createNode(value));
  writeFileSync(file, config.toString(), { mode: 0o600 });
}

/** Asks for one byte until it comes: the agent has to start, connect and open a flow first. */
async function firstByte(open: () => Promise<Socket>): Promise<void> {
  const giveUpAt = performance.now() + 20_000;
  for (;;) {
    try {
      const socket = await open();
      socket.write('GET 1\n');
      await once(socket, 'data');
      socket.destroy();
      return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

function openThrough(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
    socket.once('error', reject);
    socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`);
    socket.once('data', (answer: Buffer) => {
      if (answer.toString('latin1').startsWith('HTTP/1.1 200 ')) resolve(socket);
      else reject(new Error(answer.toString('latin1').split('\r\n')[0]));
    });
  });
}
