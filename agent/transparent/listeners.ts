// Where captured connections arrive: a listener for each captured TCP port, and one for all of IPv6.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Address, type Family, parseAddress } from '../../protocol/address.ts';
import type { Destination } from '../../protocol/destination.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { socketFlowStream } from '../../protocol/relay/adapters.ts';
import { resetSocket } from '../../protocol/relay/reset.ts';
import type { FlowRequest, OpenFlow } from '../core/flow.ts';
import { sourceOf } from '../socket-ends.ts';
import type { OriginalDestination } from './original-destination.ts';

/** Where a connection was bound for: the address that the program dialled, and what it meant by it. */
export type Bound = { readonly address: Address; readonly destination: Destination };

export type ListenerSettings = {
  readonly openFlow: OpenFlow;
  /** Null where nothing is captured to `local`: somebody else's connection. */
  readonly boundFor: (local: Address, port: number) => Bound | null;
  /** Null where IPv6 is not captured. */
  readonly originalDestination: OriginalDestination | null;
  /** Told of each captured connection before anything is done for it; false: it is not to be served. */
  readonly admit: (source: FlowRequest['source'], bound: Bound) => boolean;
  /** Connections beyond it are reset at once. Each flow takes two descriptors. */
  readonly maxConnections: number;
};

export type Listeners = {
  /** Listens for `ports` as well; captured port to the port of its listener, for every port that has one. */
  readonly open: (ports: readonly number[]) => Promise<ReadonlyMap<number, number>>;
  /** Stops listening for other ports; flows that came by them go on. */
  readonly keepOnly: (ports: readonly number[]) => void;
  /** The port of the listener on ::1, or null where IPv6 is not captured. */
  readonly ipv6Port: number | null;
  /** Every port that is listened on. */
  readonly ports: () => readonly { readonly family: Family; readonly port: number }[];
  readonly connections: () => number;
  /** Stops accepting and resolves when the last flow has ended by itself. */
  readonly drain: () => Promise<void>;
  /** Stops accepting and resets every connection. */
  readonly close: () => Promise<void>;
};

/** @throws OpenGsaError `capture-failed` where nothing can listen */
export async function startListeners(settings: ListenerSettings): Promise<Listeners> {
  const open = new Set<Socket>();
  const servers = new Map<number, Listening>();
  let waiting: (() => void)[] = [];
  const serverFor = (boundFor: (socket: Socket) => Bound | null): Server =>
    createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const application = socketFlowStream(socket);
      const source = sourceOf(socket);
      const bound = boundFor(socket);
      if (source === null || bound === null || open.size >= settings.maxConnections) {
        resetSocket(socket);
        return;
      }
      open.add(socket);
      socket.once('close', () => {
        open.delete(socket);
        if (open.size > 0) return;
        for (const done of waiting) done();
        waiting = [];
      });
      if (!settings.admit(source, bound)) resetSocket(socket);
      else
        void serve(
          {
            via: 'transparent',
            destination: bound.destination,
            source,
            // What the program dialled is what the kernel's table of sockets says; the rewriting is not in it.
            dialled: { address: bound.address, port: bound.destination.port },
          },
          socket,
          application,
          settings.openFlow,
        );
    });
  const ipv6 = await listenOnIpv6(settings, serverFor);
  const stopAccepting = (): void => {
    for (const { server } of servers.values()) server.close();
    servers.clear();
    ipv6?.server.close();
  };
  const drained = (): Promise<void> =>
    open.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
  return {
    open: async (ports) => {
      for (const port of ports.filter((wanted) => !servers.has(wanted))) {
        // Loopback addresses by the million: only the unspecified address has them all.
        const server = serverFor((socket) => ipv4Bound(socket, port, settings));
        servers.set(port, await listen(server, '0.0.0.0'));
      }
      return new Map([...servers].map(([port, listening]) => [port, listening.port]));
    },
    keepOnly: (ports) => {
      for (const [port, { server }] of servers) {
        if (ports.includes(port)) continue;
        server.close();
        servers.delete(port);
      }
    },
    ipv6Port: ipv6?.port ?? null,
    ports: () => [
      ...[...servers.values()].map(({ port }) => ({ family: 'ipv4', port }) as const),
      ...(ipv6 === null ? [] : [{ family: 'ipv6', port: ipv6.port } as const]),
    ],
    connections: () => open.size,
    drain: () => {
      stopAccepting();
      return drained();
    },
    close: () => {
      stopAccepting();
      for (const socket of open) resetSocket(socket);
      return drained();
    },
  };
}

type Listening = { readonly server: Server; readonly port: number };

async function serve(
  request: FlowRequest,
  socket: Socket,
  application: ReturnType<typeof socketFlowStream>,
  openFlow: OpenFlow,
): Promise<void> {
  // Opened before the program has said anything: it may be the server that speaks first.
  const opening = await openFlow(request);
  if (opening.kind === 'refused') {
    resetSocket(socket);
  } else if (socket.destroyed) {
    opening.stream.reset(new Error('the application has gone'));
  } else {
    await opening.relay(application);
  }
}

function ipv4Bound(socket: Socket, port: number, { boundFor }: ListenerSettings): Bound | null {
  const local = parseAddress(socket.localAddress ?? '');
  return local === null ? null : boundFor(local, port);
}

function ipv6Bound(socket: Socket, ask: OriginalDestination): Bound | null {
  const original = ask(socket);
  // A connection that was not captured was bound for where it arrived.
  if (original === null || original.address.text === '::1') return null;
  const { address, port } = original;
  return { address, destination: { host: { kind: 'address', address }, port } };
}

async function listenOnIpv6(
  { originalDestination }: ListenerSettings,
  serverFor: (boundFor: (socket: Socket) => Bound | null) => Server,
): Promise<Listening | null> {
  if (originalDestination === null) return null;
  const server = serverFor((socket) => ipv6Bound(socket, originalDestination));
  // A machine may have no IPv6, not even on loopback.
  return listen(server, '::1').catch(() => null);
}

async function listen(server: Server, host: string): Promise<Listening> {
  server.listen(0, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new OpenGsaError('capture-failed', `cannot listen on ${host} for captured connections`, { cause });
  }
  // A listener that fails later (out of descriptors) goes on with the next connection.
  server.on('error', () => undefined);
  const address = server.address();
  return { server, port: address !== null && typeof address === 'object' ? address.port : 0 };
}
