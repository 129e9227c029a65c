// The agent's own edges and witnesses: they are exempt before any rule, which might swallow them.
import { parseAddress } from '../protocol/address.ts';
import { type Host, parseHost } from '../protocol/destination.ts';
import type { DeviceBundle, EdgeEndpoint } from '../protocol/device-bundle.ts';

/** Every name and address of them. */
export function ownHosts(bundle: DeviceBundle): readonly Host[] {
  const { edges, witness } = bundle;
  return [...edges, witness.ipv4, witness.ipv6].flatMap((endpoint) =>
    endpoint === null ? [] : hostsOf(endpoint),
  );
}

function hostsOf({ url, addresses = [] }: EdgeEndpoint): readonly Host[] {
  const host = parseHost(new URL(url).hostname.replace(/^\[|\]$/g, ''));
  const dialled = addresses.map(parseAddress).filter((address) => address !== null);
  return [
    ...(host === null ? [] : [host]),
    ...dialled.map((address) => ({ kind: 'address', address }) as const),
  ];
}
