// Stands in for one nameserver: UDP and TCP on one loopback address and port, so that a reply comes from where it was asked.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Address, parseAddress } from '../../protocol/address.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import type { Clock } from '../clock.ts';
import { type DnsHandling, failureOf } from '../core/dns-handling.ts';
import type { Nameserver } from '../core/resolver-config.ts';
import { createForwarder, type ForwardLimits, type ForwardOutcome } from './forwarding.ts';
import { serveTcpClient, type TcpClientLimits } from './tcp-client.ts';

/** Where a question came from: the program's own socket. */
export type DnsAsker = {
  readonly transport: 'udp' | 'tcp';
  readonly address: Address;
  readonly port: number;
};

export type EndpointLimits = ForwardLimits &
  TcpClientLimits & {
    /** TCP connections at once. */
    readonly connections: number;
  };

export type EndpointSetup = {
  readonly nameserver: Nameserver;
  readonly listen: ListenAddress;
  readonly handle: (message: Uint8Array, asker: DnsAsker) => DnsHandling;
  readonly limits: EndpointLimits;
  readonly clock: Clock;
};

export type Endpoint = {
  readonly nameserver: Nameserver;
  readonly listening: ListenAddress;
  /** Takes no more questions, answers those that are on their way, and closes. */
  readonly drain: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** How often a free port of both protocols is looked for where the system chooses it. */
const mostAttempts = 10;

/** @throws OpenGsaError `address-in-use` or `address-unavailable` */
export async function openEndpoint(setup: EndpointSetup): Promise<Endpoint> {
  const { nameserver, limits, clock } = setup;
  const clients = new Set<Socket>();
  const forwarder = createForwarder(nameserver, limits, clock);
  const serveClient = (client: Socket): void => {
    const asker = askerOf('tcp', client.remoteAddress, client.remotePort);
    if (asker === null) {
      client.destroy();
      return;
    }
    clients.add(client);
    client.once('close', () => clients.delete(client));
    const handle = (message: Uint8Array): DnsHandling => setup.handle(message, asker);
    serveTcpClient(client, { nameserver, limits, clock, handle });
  };
  const { server, udp, listening } = await bindBoth(setup.listen, serveClient);
  server.maxConnections = limits.connections;
  // A listener that fails later (out of descriptors) goes on with the next connection.
  server.on('error', () => undefined);
  udp.on('error', () => undefined);
  const answering = new Set<Promise<void>>();
  let closed: Promise<void> | null = null;
  udp.on('message', (message, { address, port }) => {
    const asker = askerOf('udp', address, port);
    if (asker === null) return;
    const reply = (answer: Uint8Array | null): Promise<void> =>
      answer === null || closed !== null ? Promise.resolve() : sendTo(udp, answer, address, port);
    const handling = setup.handle(message, asker);
    if (handling.kind === 'reply') void reply(handling.message);
    else if (handling.kind === 'forward') {
      const answered = forwarder.ask(message).then((outcome) => reply(answerOf(outcome, message)));
      answering.add(answered);
      void answered.then(() => answering.delete(answered));
    }
  });

  const close = (): Promise<void> => {
    closed ??= closeAll(server, udp, clients);
    forwarder.close();
    return closed;
  };
  return {
    nameserver,
    listening,
    drain: async () => {
      while (answering.size > 0) await Promise.all(answering);
      await close();
    },
    close,
  };
}

/** Resolves when the system has it. A reply that cannot be sent is one that was lost: the program asks again. */
function sendTo(udp: UdpSocket, message: Uint8Array, address: string, port: number): Promise<void> {
  return new Promise((resolve) => udp.send(message, port, address, () => resolve()));
}

async function closeAll(server: Server, udp: UdpSocket, clients: ReadonlySet<Socket>): Promise<void> {
  udp.close();
  const closed = once(server, 'close');
  server.close();
  for (const client of clients) client.destroy();
  await closed;
}

function answerOf(outcome: ForwardOutcome, question: Uint8Array): Uint8Array | null {
  switch (outcome.kind) {
    case 'answer':
      return outcome.message;
    case 'failed':
      return failureOf(question);
    case 'silent':
      return null;
  }
}

function askerOf(
  transport: DnsAsker['transport'],
  addressText = '',
  port: number | undefined,
): DnsAsker | null {
  const address = parseAddress(addressText);
  return address === null || port === undefined ? null : { transport, address, port };
}

type Bound = { readonly server: Server; readonly udp: UdpSocket; readonly listening: ListenAddress };

/** Exactly the given address: from a wildcard socket the reply could come from another one. */
async function bindBoth(
  { address, port }: ListenAddress,
  serveClient: (client: Socket) => void,
): Promise<Bound> {
  for (let attempt = 1; ; attempt++) {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, serveClient);
    const isIpv6 = address.includes(':');
    const udp = createSocket({ type: isIpv6 ? 'udp6' : 'udp4', ipv6Only: isIpv6 });
    try {
      server.listen({ host: address, port, ipv6Only: isIpv6 });
      await once(server, 'listening');
      const bound = server.address();
      const chosen = bound !== null && typeof bound === 'object' ? bound.port : port;
      udp.bind({ address, port: chosen, exclusive: true });
      await once(udp, 'listening');
      return { server, udp, listening: { address, port: chosen } };
    } catch (cause) {
      server.close();
      udp.close();
      const code = cause instanceof Error && 'code' in cause ? cause.code : '';
      if (code === 'EADDRINUSE' && port === 0 && attempt < mostAttempts) continue;
      const where = `${isIpv6 ? `[${address}]` : address}:${port}`;
      throw code === 'EADDRINUSE'
        ? new OpenGsaError('address-in-use', `${where} is taken by another program`, { cause })
        : new OpenGsaError('address-unavailable', `cannot answer DNS questions at ${where}`, { cause });
    }
  }
}
