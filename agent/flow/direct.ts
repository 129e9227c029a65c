// Dials destinations that do not enter the tunnel, the way the program itself would have: from this machine.
import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Address, type Family, parseAddress } from '../../protocol/address.ts';
import type { Destination } from '../../protocol/destination.ts';
import { type Denial, proxyErrors } from '../../protocol/proxy-status.ts';
import { socketFlowStream } from '../../protocol/relay/adapters.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import { connectFirst } from './connect-first.ts';
import { isOwnListener, type OwnListener } from './loop-guard.ts';

export type DirectOpening =
  | { readonly kind: 'open'; readonly stream: FlowStream }
  | { readonly kind: 'failed'; readonly status: number; readonly denial: Denial };

/** Never rejects. */
export type DialDirect = (destination: Destination) => Promise<DirectOpening>;

export type DirectDialing = {
  /** Source address of outgoing sockets per family; null lets the system choose. */
  readonly localAddress: Readonly<Record<Family, string | null>>;
  /** The agent's own listeners, asked for each flow: they are never dialled, whatever name leads to them. */
  readonly ownListeners: () => readonly OwnListener[];
  /** For name resolution and for all attempts to connect, each. */
  readonly connectTimeoutMs?: number;
  /** Resolves a name; the system's resolver unless given. */
  readonly resolve?: (name: string) => Promise<readonly Address[]>;
};

/** The limit for a connection to come about; systems themselves wait two minutes, which no person does. */
export const defaultConnectTimeoutMs = 10_000;

/** RFC 8305 section 8, "Connection Attempt Delay". */
const staggerMs = 250;

export function createDirectDialer(options: DirectDialing): DialDirect {
  const timeoutMs = options.connectTimeoutMs ?? defaultConnectTimeoutMs;
  const resolve = options.resolve ?? resolveBySystem;
  return async ({ host, port }) => {
    try {
      const addresses =
        host.kind === 'address' ? [host.address] : await withTimeout(resolve(host.name), timeoutMs);
      const own = options.ownListeners();
      if (addresses.some((address) => isOwnListener(own, machineAddresses, address, port))) {
        return failed({ error: 'http_request_denied', reason: 'own-listener' });
      }
      const socket = await connectFirst(
        addresses,
        (address) => dial(address, port, options.localAddress[address.family]),
        { staggerMs, timeoutMs },
      );
      return { kind: 'open', stream: socketFlowStream(socket) };
    } catch (error) {
      return failed(denialOf(error));
    }
  };
}

function dial(address: Address, port: number, localAddress: string | null): Socket {
  return connect({
    host: address.text,
    port,
    allowHalfOpen: true,
    noDelay: true,
    ...(localAddress === null ? {} : { localAddress }),
  });
}

async function resolveBySystem(name: string): Promise<Address[]> {
  const answers = await lookup(name, { all: true, order: 'verbatim' });
  return answers.map(({ address }) => parseAddress(address)).filter((address) => address !== null);
}

function machineAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((entries) =>
    (entries ?? []).map(({ address }) => address),
  );
}

/** getaddrinfo cannot be cancelled; its late answer is dropped. */
function withTimeout<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(Object.assign(new Error('no answer to the name query'), { code: 'ETIMEOUT' })),
      timeoutMs,
    );
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function failed(denial: Denial): DirectOpening {
  return { kind: 'failed', status: proxyErrors[denial.error], denial };
}

function denialOf(error: unknown): Denial {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (
    denials[code] ?? { error: 'proxy_internal_error', reason: code === '' ? 'internal' : code.toLowerCase() }
  );
}

const denials: Readonly<Record<string, Denial>> = {
  ENOTFOUND: { error: 'dns_error', reason: 'name-not-found' },
  EAI_AGAIN: { error: 'dns_error', reason: 'name-servers-unreachable' },
  EAI_FAIL: { error: 'dns_error', reason: 'name-resolution-failed' },
  ETIMEOUT: { error: 'dns_timeout', reason: 'name-resolution-timeout' },
  ECONNREFUSED: { error: 'connection_refused', reason: 'connection-refused' },
  ECONNRESET: { error: 'connection_terminated', reason: 'connection-reset' },
  ETIMEDOUT: { error: 'connection_timeout', reason: 'connection-timeout' },
  EHOSTUNREACH: { error: 'destination_ip_unroutable', reason: 'host-unreachable' },
  ENETUNREACH: { error: 'destination_ip_unroutable', reason: 'network-unreachable' },
  EHOSTDOWN: { error: 'destination_ip_unroutable', reason: 'host-unreachable' },
  EAFNOSUPPORT: { error: 'destination_ip_unroutable', reason: 'family-not-supported' },
  EACCES: { error: 'destination_ip_prohibited', reason: 'forbidden-by-system' },
  EPERM: { error: 'destination_ip_prohibited', reason: 'forbidden-by-system' },
  EADDRNOTAVAIL: { error: 'proxy_configuration_error', reason: 'local-address-unavailable' },
  EINVAL: { error: 'destination_ip_unroutable', reason: 'address-not-connectable' },
  EMFILE: { error: 'connection_limit_reached', reason: 'too-many-open-files' },
  ENFILE: { error: 'connection_limit_reached', reason: 'too-many-open-files' },
};
