// Loopback addresses beyond 127.0.0.1: Linux has all of 127/8 from the start, macOS only what was added.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Which of `addresses` this machine cannot bind. */
export async function missingAddresses(addresses: readonly string[]): Promise<string[]> {
  const found = await Promise.all(addresses.map((address) => freePort(address).catch(() => null)));
  return addresses.filter((_, i) => found[i] === null);
}

/** A port of `address` that nothing uses; rejects where the address cannot be bound. */
export async function freePort(address: string): Promise<number> {
  const server = createServer();
  server.listen(0, address);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
