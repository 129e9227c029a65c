// One look at the machine's network: the addresses that are up and the default routes.
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { networkGatewayDefault } from 'systeminformation';
import type { Clock } from '../clock.ts';
import { defaultIpv4Route, defaultIpv6Route } from '../core/default-route.ts';
import type { NetworkState } from '../core/network-change.ts';

export type ReadNetwork = () => Promise<NetworkState>;

/** Where a program must be run to learn the gateway, it is asked for only so often, in ms, or when addresses differ. */
const gatewayIntervalMs = 15_000;

/** A reader for this system. */
export function networkReader(clock: Clock): ReadNetwork {
  const readGateways = process.platform === 'linux' ? kernelGateways : rarely(clock);
  return async () => {
    const addresses = currentAddresses();
    return { addresses, gateways: await readGateways(addresses) };
  };
}

function currentAddresses(): readonly string[] {
  return Object.entries(networkInterfaces())
    .flatMap(([name, entries = []]) =>
      entries.filter((entry) => !entry.internal).map((entry) => `${name} ${entry.cidr ?? entry.address}`),
    )
    .toSorted();
}

type Gateways = NetworkState['gateways'];

async function kernelGateways(): Promise<Gateways> {
  const [ipv4, ipv6] = await Promise.all([table('/proc/net/route'), table('/proc/net/ipv6_route')]);
  return { ipv4: defaultIpv4Route(ipv4), ipv6: defaultIpv6Route(ipv6) };
}

/** Empty where the kernel has no such family. */
async function table(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}

function rarely(clock: Clock): (addresses: readonly string[]) => Promise<Gateways> {
  let last: { readonly at: number; readonly addresses: string; readonly gateways: Gateways } | null = null;
  return async (addresses) => {
    const key = addresses.join();
    if (last?.addresses === key && clock.monotonic() - last.at < gatewayIntervalMs) return last.gateways;
    const gateway = await networkGatewayDefault().catch(() => '');
    const gateways = { ipv4: gateway === '' ? null : gateway, ipv6: null };
    last = { at: clock.monotonic(), addresses: key, gateways };
    return gateways;
  };
}
