// Facts of this machine that are read from its files and programs, under a folder that stands for the root in tests.
import { execFile } from 'node:child_process';
import { access, readdir, readFile } from 'node:fs/promises';
import { networkInterfaces, release } from 'node:os';
import { join } from 'node:path';
import { formatPrefix, parseAddress, type Prefix, prefixContains } from '../../protocol/address.ts';
import {
  type BrowserId,
  type BrowserPolicies,
  browserPrograms,
  type BrowserPolicy,
  type PolicyFile,
  policyPlaces,
  readBrowserPolicy,
} from '../core/browser-policies.ts';
import { defaultIpv4Route, defaultIpv6Route, ipv4RoutesWithin } from '../core/default-route.ts';
import type { HealthFacts, KernelFacts, NftFacts, ResolvedFacts } from '../core/health-facts.ts';
import { readNftListing } from '../core/nft-listing.ts';
import { dnsOverTlsOf } from '../core/resolv-conf.ts';

const linuxOnly = 'it is read on Linux only';
const nft = '/usr/sbin/nft';
const tool = { timeout: 3_000, maxBuffer: 8 * 1024 * 1024, killSignal: 'SIGKILL' } as const;

/** @throws Error where the system is not Linux, whose files these are */
export async function readNetwork(): Promise<HealthFacts['network']> {
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
    entries.filter(({ internal }) => !internal).map((entry) => `${name} ${entry.cidr ?? entry.address}`),
  );
  if (process.platform !== 'linux') throw new Error(linuxOnly);
  const [ipv4, ipv6] = await Promise.all([textOf('/proc/net/route'), textOf('/proc/net/ipv6_route')]);
  return { addresses, gateways: { ipv4: defaultIpv4Route(ipv4), ipv6: shortened(defaultIpv6Route(ipv6)) } };
}

/** `eth0 via 2001:db8::1` of the kernel's full spelling. */
function shortened(route: string | null): string | null {
  return route?.replace(/\S+$/, (address) => parseAddress(address)?.text ?? address) ?? null;
}

export async function readPolicies(root: string): Promise<BrowserPolicies> {
  if (process.platform !== 'linux') throw new Error(linuxOnly);
  const read = (browser: BrowserId): Promise<BrowserPolicy> => readPolicy(root, browser);
  const [chrome, chromium, edge, firefox] = await Promise.all([
    read('chrome'),
    read('chromium'),
    read('edge'),
    read('firefox'),
  ]);
  return { chrome, chromium, edge, firefox };
}

async function readPolicy(root: string, browser: BrowserId): Promise<BrowserPolicy> {
  const files = await Promise.all(policyPlaces[browser].map((place) => filesAt(root, place)));
  const programs = await Promise.all(browserPrograms[browser].map((path) => exists(join(root, path))));
  return readBrowserPolicy(browser, files.flat(), programs.includes(true));
}

/** Settings of systemd-resolved; it runs where its stub file is what resolv.conf points to, or where it keeps its own. */
export async function readResolved(root: string): Promise<ResolvedFacts> {
  if (process.platform !== 'linux') throw new Error(linuxOnly);
  const folders = ['/usr/lib', '/run', '/etc'].map((folder) => `${folder}/systemd/resolved.conf.d`);
  const main = await filesAt(root, '/etc/systemd/resolved.conf');
  const parts = (await Promise.all(folders.map((folder) => filesAt(root, folder, '.conf')))).flat();
  // systemd sorts the parts of all folders by name and lets the one of /etc hide its namesakes.
  const byName = new Map(parts.map((file) => [file.path.split('/').at(-1) ?? '', file]));
  const sorted = [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
  const running = await exists(join(root, 'run/systemd/resolve/resolv.conf'));
  return { running, ...dnsOverTlsOf([...main, ...sorted]) };
}

/** Of this process: its account and what it may do. */
export async function readKernel(syntheticRange: Prefix): Promise<KernelFacts> {
  const status = await textOf('/proc/self/status');
  const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  const rpFilter = (await textOf('/proc/sys/net/ipv4/conf/all/rp_filter')).trim();
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
    entries.flatMap(({ address }) => {
      const parsed = parseAddress(address);
      return parsed !== null && prefixContains(syntheticRange, parsed) ? [`${name} ${address}`] : [];
    }),
  );
  // The agent's own route to the loopback interface is what makes connections reach it while there is no network.
  const routes = ipv4RoutesWithin(await textOf('/proc/net/route'), syntheticRange)
    .filter(({ device }) => device !== 'lo')
    .map(({ device, prefix }) => `${device} ${formatPrefix(prefix)}`);
  return {
    platform: process.platform,
    release: release(),
    uid: process.getuid?.() ?? -1,
    effectiveCapabilities: BigInt(`0x${capabilities}`),
    rpFilter: rpFilter === '' ? null : rpFilter,
    inSyntheticRange: [...addresses, ...routes],
    syntheticRange,
  };
}

export async function readNft(): Promise<NftFacts> {
  const version = await run(nft, ['--version']);
  if (!version.ok) return { version: null, rules: { kind: 'fault', fault: 'nft is not installed' } };
  const listed = await run(nft, ['-j', 'list', 'ruleset']);
  const rules = listed.ok ? readNftListing(listed.stdout) : null;
  return {
    version: version.stdout.trim(),
    rules: rules ?? {
      kind: 'fault',
      fault: listed.ok
        ? 'nft listed something that is not understood'
        : 'this account may not list the rules of nftables',
    },
  };
}

function run(
  path: string,
  args: readonly string[],
): Promise<{ readonly ok: boolean; readonly stdout: string }> {
  return new Promise((resolve) => {
    execFile(path, args, { ...tool, env: { LC_ALL: 'C' } }, (error, stdout) =>
      resolve({ ok: error === null, stdout }),
    );
  });
}

/** A file, or each of a folder that ends so, by name. What is not there says nothing. */
async function filesAt(root: string, place: string, ending = '.json'): Promise<readonly PolicyFile[]> {
  const names = await readdir(join(root, place)).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  if (names.length > 0) {
    const wanted = names.filter((name) => name.endsWith(ending)).toSorted();
    return (await Promise.all(wanted.map((name) => filesAt(root, `${place}/${name}`, ending)))).flat();
  }
  return textFileAt(root, place);
}

async function textFileAt(root: string, path: string): Promise<readonly PolicyFile[]> {
  try {
    return [{ path, text: await readFile(join(root, path), 'utf8') }];
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}

/** Empty where the kernel has no such file. */
function textOf(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
