// The addresses of this machine, which flows must not reach.
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parseAddress } from '../../protocol/address.ts';

/** Interfaces change seldom, and reading them for each flow costs more than the flow's own decision. */
const freshMs = 5000;

/** Canonical texts, read again when older than five seconds. */
export function createOwnAddresses(): () => readonly string[] {
  let known: readonly string[] = [];
  let readAt = -Infinity;
  return () => {
    if (performance.now() - readAt > freshMs) {
      known = readInterfaces();
      readAt = performance.now();
    }
    return known;
  };
}

function readInterfaces(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .flatMap(({ address }) => parseAddress(address.replace(/%.*$/, ''))?.text ?? []);
}
