// The machine as a log bundle shows it: addresses, routes, name servers, our own rules in the kernel, and whose accounts it has.
import { getServers } from 'node:dns';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname, networkInterfaces, release, type, userInfo } from 'node:os';
import type { MachineFacts } from '../protocol/log-bundle.ts';
import { explain } from '../protocol/error.ts';
import { guardTable, ownerTable } from './core/nft-ruleset.ts';
import { runTool } from './run-tool.ts';

/** Where distributions keep them. Never looked for in PATH. */
const ipPaths = ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'];
const nftPaths = ['/usr/sbin/nft', '/sbin/nft', '/usr/bin/nft'];
const timeoutMs = 3_000;
const mostLines = 20_000;

/** @param capturing whether our tables are in the kernel. Never rejects: what cannot be found out is named. */
export async function readMachine(capturing: boolean): Promise<MachineFacts> {
  const faults: string[] = [];
  const found = async (what: string, read: () => Promise<string[]> | string[]): Promise<string[] | null> => {
    try {
      return (await read()).slice(0, mostLines);
    } catch (error) {
      faults.push(`${what}: ${explain(error)}`);
      return null;
    }
  };
  const [routes, nameservers, ownRules] = await Promise.all([
    found('routes', readRoutes),
    found('name servers', getServers),
    capturing ? found('rules', readOwnRules) : null,
  ]);
  return {
    hostname: hostname(),
    system: `${type()} ${release()}`,
    addresses: ownAddresses(),
    ...{ routes, nameservers, ownRules, faults },
  };
}

/** Names of the accounts of people, and their full names where the system has them; the agent's own service account is none. */
export async function accountNames(): Promise<readonly string[]> {
  const own = ownAccount();
  const listed = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const people = listed.split('\n').flatMap((line) => {
    const [name = '', , id = '', , comment = ''] = line.split(':');
    const isPerson = Number(id) >= firstPerson && Number(id) <= lastPerson && name !== 'opengsa';
    return isPerson ? [name, comment.split(',')[0] ?? ''] : [];
  });
  return [...new Set([own, ...people])].filter((name) => name !== '');
}

/** Empty where this process runs as nobody in particular. */
function ownAccount(): string {
  try {
    const { uid, username } = userInfo();
    return uid === 0 || username === 'opengsa' ? '' : username;
  } catch {
    // A container's account may have a number and no name.
    return '';
  }
}

/** As login.defs(5) has them on the common distributions. */
const firstPerson = 1_000;
const lastPerson = 60_000;

function ownAddresses(): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
    entries.filter(({ internal }) => !internal).map((entry) => `${name} ${entry.cidr ?? entry.address}`),
  );
}

async function readRoutes(): Promise<string[]> {
  if (process.platform !== 'linux') throw new Error('they are read on Linux only');
  const ip = ipPaths.find((path) => existsSync(path)) ?? '/usr/sbin/ip';
  const lists = await Promise.all(
    ['-4', '-6'].map((family) => linesOf(ip, [family, 'route', 'show'], 'iproute2')),
  );
  return lists.flat();
}

async function readOwnRules(): Promise<string[]> {
  const nft = nftPaths.find((path) => existsSync(path)) ?? '/usr/sbin/nft';
  const tables = [ownerTable, guardTable].map((table) => table.split(' '));
  const lists = await Promise.all(
    tables.map((table) => linesOf(nft, ['list', 'table', ...table], 'nftables')),
  );
  return lists.flat();
}

async function linesOf(path: string, args: readonly string[], neededPackage: string): Promise<string[]> {
  const { ok, stdout, stderr } = await runTool(path, args, neededPackage, { timeoutMs });
  if (!ok) throw new Error(stderr.trim());
  return stdout.split('\n').filter((line) => line.trim() !== '');
}
