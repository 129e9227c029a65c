// Local ports for connections from a configured egress address.
//
// When a socket is bound to an address alone, the kernel picks the port before it knows the destination, so that each
// port serves one connection at a time and 28,000 short flows exhaust them. A port given with the address may be
// used again towards another destination, and its range lies below the system's own (ip_local_port_range), which
// bound ports would otherwise close to every other program.

const firstPort = 10_000;
const lastPort = 32_000;

/** Hands out ports round robin. */
export type EgressPorts = { readonly next: () => number };

/** @param start anything; a random one keeps a restarted edge off the ports that its predecessor just used */
export function createEgressPorts(start: number): EgressPorts {
  const size = lastPort - firstPort + 1;
  let offset = Math.abs(Math.trunc(start)) % size;
  return {
    next: () => {
      const port = firstPort + offset;
      offset = (offset + 1) % size;
      return port;
    },
  };
}
