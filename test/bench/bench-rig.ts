// A real edge and agent for measurements, with one destination behind the edge that measures nothing itself.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { parse } from '../../protocol/parse.ts';
import { initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import { agentMain, createProgramGroup, pinnedNode, type Program } from '../support/processes.ts';
import { closedPort } from '../support/origins.ts';

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
const agentOptions = ['--state-dir', 'agent-state', '--socket', 'agent.sock'];

export async function startBenchRig(): Promise<BenchRig> {
  const group = createProgramGroup();
  try {
    const origin = group.start(pinnedNode, [join(import.meta.dirname, 'origin.ts')]);
    const { port } = parse(z.object({ port: z.int() }), JSON.parse(await origin.line(/^\{/)), 'origin');
    await initEdge(group, {
      sourceRanges: ['127.0.0.0/8'],
      classes: [{ match: host, class: 'opaque', upstream: { address: '127.0.0.1', port } }],
    });
    const edge = await serveEdge(group);
    await runEdge(group, ['devices', 'add', 'bench', '--out', 'device']);
    const proxyPort = await closedPort();
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
      edge: edge.program,
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
