// The addresses of all interfaces that are up and have a carrier, loopback aside.
import { networkInterfaces } from 'node:os';

/** As `eth0 192.0.2.5/24`, sorted. */
export function currentAddresses(): readonly string[] {
  return Object.entries(networkInterfaces())
    .flatMap(([name, entries = []]) =>
      entries.filter((entry) => !entry.internal).map((entry) => `${name} ${entry.cidr ?? entry.address}`),
    )
    .toSorted();
}
