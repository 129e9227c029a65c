// Loopback addresses beyond 127.0.0.1: Linux has all of 127/8 from the start, macOS only what was added.
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Which of `addresses` this machine cannot bind. */
export async function missingAddresses(addresses: readonly string[]): Promise<string[]> {
  const bound = await Promise.all(addresses.map(canBind));
  return addresses.filter((_, i) => bound[i] === false);
}

async function canBind(address: string): Promise<boolean> {
  const server = createServer();
  server.listen(0, address);
  try {
    await once(server, 'listening');
  } catch {
    // The system's error says no more than that the address is not there.
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
