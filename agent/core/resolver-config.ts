// Which nameservers the programs of this machine ask, from the text of resolv.conf(5) and of systemd-resolved's own file.
import { type Address, parseAddress } from '../../protocol/address.ts';

export type Nameserver = {
  readonly address: Address;
  /** The interface of a link-local IPv6 address (RFC 4007), else null. */
  readonly scope: string | null;
  readonly port: number;
};

/** A nameserver whose questions are captured. */
export type CapturedNameserver = {
  readonly nameserver: Nameserver;
  /**
   * Where a name's real addresses are asked for, in turn: the nameserver itself, but of resolved's stub the servers behind
   * it, because resolved asks those, and there it would hear of the synthetic address.
   */
  readonly originalsFrom: readonly Nameserver[];
};

/** More would make no list that anybody keeps. */
export const mostNameservers = 32;

const dnsPort = 53;
/** systemd-resolved's two stub listeners, the second without its own cache and search. */
const stubs = new Set(['127.0.0.53', '127.0.0.54']);
/** What the C library asks where the file names nobody (resolv.conf(5)). */
const fallback = '127.0.0.1';

/** The nameservers of a resolv.conf, each once, in their order. Lines that are none are passed over, as the C library does. */
export function parseResolvConf(text: string): readonly Nameserver[] {
  const servers = new Map<string, Nameserver>();
  for (const line of text.split('\n')) {
    const spelt = /^\s*nameserver[ \t]+(\S+)/.exec(line)?.[1];
    const server = spelt === undefined ? null : parseNameserver(spelt);
    if (server !== null && servers.size < mostNameservers) servers.set(formatNameserver(server), server);
  }
  return [...servers.values()];
}

/** `192.0.2.53`, `2001:db8::53` or `fe80::1%eth0`; null for anything else. */
export function parseNameserver(text: string): Nameserver | null {
  const [spelt = '', scope, ...rest] = text.split('%');
  const address = parseAddress(spelt);
  if (address === null || rest.length > 0) return null;
  if (scope === undefined) return { address, scope: null, port: dnsPort };
  const isScoped = address.family === 'ipv6' && /^[\w.:-]{1,64}$/.test(scope);
  return isScoped ? { address, scope, port: dnsPort } : null;
}

/** The address with its scope, as sockets take it. */
export function nameserverHost({ address, scope }: Nameserver): string {
  return scope === null ? address.text : `${address.text}%${scope}`;
}

/** One spelling for each nameserver: to compare, and for people. */
export function formatNameserver(server: Nameserver): string {
  return server.port === dnsPort ? nameserverHost(server) : `${nameserverHost(server)}#${server.port}`;
}

/**
 * Whether the kernel's rules can take its questions elsewhere. They know it by its address and port 53; a link-local one is
 * asked by a socket that is bound to an interface, and from there no way leads to loopback.
 */
export function isRedirectable({ scope, port }: Nameserver): boolean {
  return scope === null && port === dnsPort;
}

/**
 * Every nameserver that a program may ask.
 *
 * systemd-resolved is asked in two ways: by its stub, which resolv.conf names, and by D-Bus (`nss-resolve`, `resolvectl`),
 * where the first packet is resolved's own to its servers. So these are captured whenever resolved has some.
 * A forwarder on loopback such as dnsmasq is captured like any nameserver; what it asks in turn is left alone.
 *
 * @param resolvConf the text of /etc/resolv.conf; null where there is none
 * @param resolvedConf the text of /run/systemd/resolve/resolv.conf; null where resolved does not run
 */
export function capturedNameservers(
  resolvConf: string | null,
  resolvedConf: string | null,
): readonly CapturedNameserver[] {
  const named = parseResolvConf(resolvConf ?? '');
  const listed = named.length > 0 ? named : parseResolvConf(`nameserver ${fallback}`);
  const behind = parseResolvConf(resolvedConf ?? '').filter((server) => !isStub(server));
  const all = new Map([...listed, ...behind].map((server) => [formatNameserver(server), server]));
  return [...all.values()].slice(0, mostNameservers).map((nameserver) => ({
    nameserver,
    originalsFrom: isStub(nameserver) && behind.length > 0 ? behind : [nameserver],
  }));
}

function isStub({ address }: Nameserver): boolean {
  return stubs.has(address.text);
}
