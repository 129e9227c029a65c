// Opens one port on this machine's own addresses, and on nothing else.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OpenGsaError } from '../../protocol/error.ts';

export type LoopbackListeners = { readonly port: number; readonly close: () => Promise<void> };

const own = ['127.0.0.1', '::1'] as const;
/** How often another port is tried where one is free on one address only. */
const attempts = 5;

/**
 * @param port 0 lets the system choose
 * @param makeServer one for each address
 * @throws OpenGsaError `address-in-use`
 */
export async function listenOnLoopback(port: number, makeServer: () => Server): Promise<LoopbackListeners> {
  for (let attempt = 1; ; attempt += 1) {
    const first = makeServer();
    await listen(first, own[0], port);
    const chosen = (first.address() as AddressInfo).port;
    const second = makeServer();
    try {
      const servers = (await listensWhereItExists(second, own[1], chosen)) ? [first, second] : [first];
      return { port: chosen, close: () => closeAll(servers) };
    } catch (error) {
      await closeAll([first]);
      // The same number on the other address is another program's; `localhost` would lead to either.
      if (port !== 0 || attempt === attempts) throw error;
    }
  }
}

/** @throws OpenGsaError `bad-config` for an address that others can reach, `address-in-use` */
export async function listen(server: Server, address: string, port: number): Promise<void> {
  if (!own.some((allowed) => allowed === address)) {
    throw new OpenGsaError('bad-config', `the windows are shown to this machine only, not on ${address}`);
  }
  try {
    await once(server.listen({ host: address, port, exclusive: true }), 'listening');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    const remedy = 'choose another with --port, or none';
    throw new OpenGsaError('address-in-use', `${address}:${port} is taken by another program; ${remedy}`);
  }
}

/** Whether this machine has the address at all. */
async function listensWhereItExists(server: Server, address: string, port: number): Promise<boolean> {
  try {
    await listen(server, address, port);
    return true;
  } catch (error) {
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }),
  );
}
