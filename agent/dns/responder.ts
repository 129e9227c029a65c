// The DNS responder: stands in for every nameserver of this machine, answers for acquired names and passes the rest on.
import { addressOfBytes, type Prefix, prefixContains } from '../../protocol/address.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import type { Clock } from '../clock.ts';
import { type Acquisition, handleDnsMessage } from '../core/dns-handling.ts';
import type { OriginalAddresses } from '../core/hostname-table.ts';
import { type CapturedNameserver, formatNameserver, type Nameserver } from '../core/resolver-config.ts';
import type { Random } from '../random.ts';
import { type DnsAsker, type Endpoint, type EndpointLimits, openEndpoint } from './endpoint.ts';
import { createOriginalsLearner } from './original-addresses.ts';

export type DnsResponderSetup = {
  readonly nameservers: readonly CapturedNameserver[];
  /** The port of every IPv4 endpoint, each on a loopback address of its own; 0 lets the system choose. IPv6 ones share an
   * address, so that the system always chooses theirs. */
  readonly port: number;
  /** What stands for the name (canonical: lower case, no trailing dot), or null for a name that is left alone. */
  readonly acquire: (name: string, asker: DnsAsker) => Acquisition | null;
  /** Told of each question that could tell a name's address, with what `acquire` said. */
  readonly asked?: (name: string, acquisition: Acquisition | null, asker: DnsAsker) => void;
  /** Told of an acquired name's real addresses, when a nameserver has given them. */
  readonly learnt: (name: string, originals: OriginalAddresses) => void;
  /** Addresses in it are never real ones: a nameserver that gives one got it from us. */
  readonly syntheticRange: Prefix;
  /** A nameserver whose place cannot be taken; its questions stay uncaptured. */
  readonly onFault: (nameserver: Nameserver, error: OpenGsaError) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits?: Partial<EndpointLimits>;
};

export type DnsResponder = {
  readonly endpoints: () => readonly DnsEndpoint[];
  /** Endpoints of nameservers that stay are kept, with their questions. Resolves when the new ones listen. */
  readonly setNameservers: (nameservers: readonly CapturedNameserver[]) => Promise<void>;
  /** Answers what is on its way and closes; call it when no more questions are redirected here. */
  readonly drain: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Questions to `nameserver` are to be sent to `listening` instead. */
export type DnsEndpoint = { readonly nameserver: Nameserver; readonly listening: ListenAddress };

/** `place` is the last number of its loopback address. */
type Placed = Endpoint & { originalsFrom: readonly Nameserver[]; readonly place: number };

/** Per nameserver. */
const defaultLimits: EndpointLimits = {
  inFlight: 256,
  // Longer than a program waits before it asks again (5 s in the C library), so that a slow answer still counts.
  answerMs: 8_000,
  connections: 64,
  pending: 64,
  idleMs: 10_000,
};

/** Never rejects: what cannot be bound is told to `onFault`. */
export async function startDnsResponder(setup: DnsResponderSetup): Promise<DnsResponder> {
  const { clock } = setup;
  const limits = { ...defaultLimits, ...setup.limits };
  const endpoints = new Map<string, Placed>();
  const leaving = new Map<Placed, Promise<void>>();
  const originals = createOriginalsLearner({ ...setup, limits, learnt: learntBy(setup) });

  const open = async ({ nameserver, originalsFrom }: CapturedNameserver): Promise<void> => {
    const key = formatNameserver(nameserver);
    const taken = [...endpoints.values(), ...leaving.keys()];
    const place = firstFree(new Set(taken.map((endpoint) => endpoint.place)));
    const acquire = (name: string, asker: DnsAsker): Acquisition | null => {
      const acquisition = setup.acquire(name, asker);
      setup.asked?.(name, acquisition, asker);
      return acquisition;
    };
    try {
      const endpoint = await openEndpoint({
        nameserver,
        listen: listenAddress(nameserver, place, setup.port),
        limits,
        clock,
        handle: (message, asker) => {
          const handling = handleDnsMessage(message, (name) => acquire(name, asker));
          if (handling.kind === 'reply' && handling.acquired !== null) {
            originals.wanted(handling.acquired, endpoints.get(key)?.originalsFrom ?? originalsFrom);
          }
          return handling;
        },
      });
      endpoints.set(key, { ...endpoint, originalsFrom, place });
    } catch (error) {
      if (!(error instanceof OpenGsaError)) throw error;
      setup.onFault(nameserver, error);
    }
  };
  const set = async (nameservers: readonly CapturedNameserver[]): Promise<void> => {
    const wanted = new Map(nameservers.map((one) => [formatNameserver(one.nameserver), one]));
    for (const [key, endpoint] of endpoints) {
      const stays = wanted.get(key);
      if (stays !== undefined) endpoint.originalsFrom = stays.originalsFrom;
      else {
        endpoints.delete(key);
        leaving.set(
          endpoint,
          endpoint.drain().then(() => void leaving.delete(endpoint)),
        );
      }
    }
    // One after the other: each takes the first place that is free.
    for (const [key, one] of wanted) if (!endpoints.has(key)) await open(one);
  };

  let changes = set(setup.nameservers);
  const endAll = async (end: (endpoint: Endpoint) => Promise<void>): Promise<void> => {
    await changes;
    const ending = [...endpoints.values(), ...leaving.keys()].map(end);
    endpoints.clear();
    originals.close();
    await Promise.all([...ending, ...leaving.values()]);
  };
  await changes;
  return {
    endpoints: () => [...endpoints.values()].map(({ nameserver, listening }) => ({ nameserver, listening })),
    setNameservers: (nameservers) => (changes = changes.then(() => set(nameservers))),
    drain: () => endAll((endpoint) => endpoint.drain()),
    close: () => endAll((endpoint) => endpoint.close()),
  };
}

function learntBy({ learnt, syntheticRange }: DnsResponderSetup): DnsResponderSetup['learnt'] {
  return (name, { ipv4, ipv6 }) => {
    const real = ipv4?.filter((address) => !prefixContains(syntheticRange, address)) ?? null;
    // An answer that was only ours says nothing about the name.
    const isOurs = real?.length === 0 && ipv4?.length !== 0;
    learnt(name, { ipv4: isOurs ? null : real, ipv6 });
  };
}

/** 127.53.0.1 and on, apart from 127.0.0.1 and from what other programs like to bind. */
function listenAddress({ address }: Nameserver, place: number, port: number): ListenAddress {
  if (address.family === 'ipv6') return { address: '::1', port: 0 };
  return { address: addressOfBytes([127, 53, 0, place]).text, port };
}

function firstFree(taken: ReadonlySet<number>): number {
  let place = 1;
  while (taken.has(place)) place += 1;
  return place;
}
