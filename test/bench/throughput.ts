// Bulk throughput on loopback through agent and edge, and what it costs both in CPU.
import type { Socket } from 'node:net';
import { type BenchRig, cpuSeconds } from './bench-rig.ts';

const gigabyte = 1_000_000_000;
const sizePerRun = 2 * gigabyte;
const chunk = Buffer.alloc(256 * 1024, 0xa5);

export async function measureThroughput(rig: BenchRig): Promise<string[]> {
  const lines: string[] = [];
  for (const [name, flows, move] of [
    ['down, 1 flow', 1, download],
    ['down, 8 flows', 8, download],
    ['up, 1 flow', 1, upload],
    ['up, 8 flows', 8, upload],
  ] as const) {
    const sockets = await Promise.all(Array.from({ length: flows }, () => rig.open()));
    const cpuBefore = cpuSeconds(rig.agent.pid) + cpuSeconds(rig.edge.pid);
    const startedAt = performance.now();
    await Promise.all(sockets.map((socket) => move(socket, sizePerRun / flows)));
    const seconds = (performance.now() - startedAt) / 1000;
    const cpu = cpuSeconds(rig.agent.pid) + cpuSeconds(rig.edge.pid) - cpuBefore;
    const rate = Math.round(sizePerRun / 1e6 / seconds);
    const cost = (cpu / (sizePerRun / gigabyte)).toFixed(2);
    lines.push(`throughput, ${name}: ${rate} MB/s (goal 500), ${cost} CPU-s/GB both ends (goal 2.6)`);
  }
  return lines;
}

function download(socket: Socket, size: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let got = 0;
    socket.on('data', (part: Buffer) => (got += part.length));
    socket.once('error', reject);
    socket.once('end', () => {
      socket.end();
      if (got === size) resolve();
      else reject(new Error(`got ${got} of ${size} bytes`));
    });
    socket.write(`GET ${size}\n`);
  });
}

function upload(socket: Socket, size: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = size;
    socket.once('error', reject);
    socket.once('data', () => {
      socket.end();
      resolve();
    });
    const more = () => {
      while (left > 0) {
        const part = left >= chunk.length ? chunk : chunk.subarray(0, left);
        left -= part.length;
        if (!socket.write(part)) {
          socket.once('drain', more);
          return;
        }
      }
    };
    socket.write(`PUT ${size}\n`);
    more();
  });
}
