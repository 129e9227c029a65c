// One case of the hardening grid tried out: curl as the program, what it got, and what the capture saw of it meanwhile.
import { z } from 'zod';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import { installedProgram } from './debian-programs.ts';
import { destinationOf, type GridLab, gridPorts } from './grid-lab.ts';
import type { GridCell, GridFront, GridOutcome } from './hardening-grid.ts';
import { natAddresses } from './nat-lab.ts';
import type { SeenPacket } from './uplink-capture.ts';

/** One connection that a program wanted. Times are ms since 1970. */
export type Attempt = {
  readonly exitCode: number | null;
  readonly answer: string;
  readonly complaint: string;
  readonly endedAt: number;
};

/** By the destination's name, and by its address. */
export async function probe(grid: GridLab, cell: GridCell, patienceMs: number): Promise<readonly Attempt[]> {
  const { name, address } = destinationOf(cell);
  const hosts = [name, cell.family === 'ipv6' ? `[${address}]` : address];
  return Promise.all(hosts.map((host) => ask(grid, urlOf(host), patienceMs, ...throughFront[cell.front])));
}

/** A program's question without any of the agent's fronts. */
export function askDirectly(grid: GridLab, address: string): Promise<Attempt> {
  const host = address.includes(':') ? `[${address}]` : address;
  return ask(grid, urlOf(host), 20_000, '--noproxy', '*');
}

/** @param gaveUpAt when the agent gave up what flows waited for, or null */
export function outcomeOf(attempt: Attempt, gaveUpAt: number | null): GridOutcome {
  const { exitCode, answer, endedAt } = attempt;
  if (exitCode === 0) {
    const { peer } = told.parse(JSON.parse(answer));
    const { public: masked, deviceIpv6 } = natAddresses.nat1;
    return peer === masked || peer === deviceIpv6 ? 'direct' : 'through the edge';
  }
  if (answer !== '') throw new Error(`it got an answer and failed: ${JSON.stringify(attempt)}`);
  if (exitCode === curlTimedOut) return 'stalls';
  // The status is published a moment after the flows have been told.
  const waited = gaveUpAt !== null && endedAt > gaveUpAt - 500;
  return waited ? 'waits, then refused' : 'refused';
}

/** Reasons of the agent's records of a case, each once. */
export function reasonsOf(flows: readonly FlowRecord[], cell: GridCell): readonly string[] {
  const { name, address } = destinationOf(cell);
  const port = gridPorts.destination;
  const own = [`${name}:${port}`, cell.family === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`];
  return [...new Set(flows.filter((flow) => own.includes(flow.destination)).map(({ reason }) => reason))];
}

/** Packets to the destinations, and questions to nameservers that tell a name which only the edge need resolve. */
export function packetsOf(packets: readonly SeenPacket[], cell: GridCell): readonly SeenPacket[] {
  const { name, named, address } = destinationOf(cell);
  const asks = (text: string): boolean => cell.front !== 'transparent' && text.includes(`? ${name}.`);
  return packets.filter(({ to, text }) => to === named || to === address || asks(text));
}

/** Addresses that stand for names mean nothing outside the device. */
export function syntheticPackets(packets: readonly SeenPacket[]): readonly SeenPacket[] {
  return packets.filter(({ to }) => to.startsWith('6.6.'));
}

const told = z.object({ peer: z.string() });
/** curl(1), EXIT CODES. */
const curlTimedOut = 28;

const throughFront: Readonly<Record<GridFront, readonly string[]>> = {
  'HTTP proxy': ['--proxytunnel', '--proxy', `http://127.0.0.1:${gridPorts['HTTP proxy']}`],
  SOCKS5: ['--socks5-hostname', `127.0.0.1:${gridPorts.SOCKS5}`],
  transparent: ['--noproxy', '*'],
};

function urlOf(host: string): string {
  return `http://${host}:${gridPorts.destination}/`;
}

async function ask(
  { organisation: { lab } }: GridLab,
  url: string,
  patienceMs: number,
  ...options: readonly string[]
): Promise<Attempt> {
  const limits = ['-sS', '--globoff', '--max-time', String(patienceMs / 1000)];
  const { code, stdout, stderr } = await lab.run('app', installedProgram('curl')!, [
    ...limits,
    ...options,
    url,
  ]);
  return { exitCode: code, answer: stdout, complaint: stderr, endedAt: Date.now() };
}
