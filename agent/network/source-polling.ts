// The network where the system tells no changes (Windows, macOS): asked again and again, the costly part ever so often.
import { networkGatewayDefault } from 'systeminformation';
import { type NetworkState, unknownGateway } from '../core/network-change.ts';
import { currentAddresses } from './current-addresses.ts';
import type { NetworkSource, SourceSettings } from './network-source.ts';

/** A program is run to learn the gateway, so it is asked for only so often, in ms, or when addresses differ. */
export const gatewayIntervalMs = 15_000;

type Gateways = NetworkState['gateways'];

export function pollingSource({ clock }: Pick<SourceSettings, 'clock'>): NetworkSource {
  let last: { readonly at: number; readonly addresses: string; readonly gateways: Gateways } | null = null;
  const gateways = async (addresses: readonly string[]): Promise<Gateways> => {
    const key = addresses.join();
    if (last?.addresses === key && clock.monotonic() - last.at < gatewayIntervalMs) return last.gateways;
    const read = { ipv4: await ipv4Gateway(), ipv6: unknownGateway };
    last = { at: clock.monotonic(), addresses: key, gateways: read };
    return read;
  };
  return {
    read: async () => {
      const addresses = currentAddresses();
      return { addresses, gateways: await gateways(addresses) };
    },
    watch: () => ({ isLive: () => false, stop: () => Promise.resolve() }),
  };
}

/** `systeminformation` reads the IPv4 route alone, and says nothing both where there is none and where it cannot tell. */
async function ipv4Gateway(): Promise<string | null> {
  const gateway = await networkGatewayDefault().catch(() => '');
  return gateway === '' ? null : gateway;
}
