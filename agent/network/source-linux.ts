// The network of a Linux machine: the kernel's tables say how it is, its route netlink when to look.
import { readFile } from 'node:fs/promises';
import { defaultIpv4Route, defaultIpv6Route } from '../core/default-route.ts';
import type { NetworkState } from '../core/network-change.ts';
import { currentAddresses } from './current-addresses.ts';
import { watchNetlink } from './netlink-watch.ts';
import type { NetworkSource, SourceSettings } from './network-source.ts';

export function linuxSource(settings: SourceSettings): NetworkSource {
  return {
    read: async () => ({ addresses: currentAddresses(), gateways: await kernelGateways() }),
    watch: (nudge) => watchNetlink(nudge, settings),
  };
}

async function kernelGateways(): Promise<NetworkState['gateways']> {
  const [ipv4, ipv6] = await Promise.all([table('/proc/net/route'), table('/proc/net/ipv6_route')]);
  return { ipv4: defaultIpv4Route(ipv4), ipv6: defaultIpv6Route(ipv6) };
}

/** Empty where the kernel has no such family. */
async function table(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}
