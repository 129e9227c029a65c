// The agent's own edges and witnesses: they are exempt before any rule, which might swallow them.
import { parseAddress, parsePrefix, prefixContains } from '../protocol/address.ts';
import { hostOfUrl, type Host, parseHost } from '../protocol/destination.ts';
import type { DeviceBundle, EdgeEndpoint } from '../protocol/device-bundle.ts';

/** Every name and address of them, the server that tells captive portals included. */
export function ownHosts(bundle: DeviceBundle): readonly Host[] {
  const { edges, witness, portalCheck = null } = bundle;
  return [...edges, witness.ipv4, witness.ipv6, portalCheck].flatMap((endpoint) =>
    endpoint === null ? [] : hostsOf(endpoint),
  );
}

/** Whether all edges run on this very machine: then no network is needed to reach them. */
export function areLocal(edges: DeviceBundle['edges']): boolean {
  return edges.every(({ addresses = [] }) => addresses.length > 0 && addresses.every(isLoopback));
}

const loopback = ['127.0.0.0/8', '::1/128'].map(parsePrefix).filter((range) => range !== null);

function isLoopback(text: string): boolean {
  const address = parseAddress(text);
  return address !== null && loopback.some((range) => prefixContains(range, address));
}

function hostsOf({ url, addresses = [] }: EdgeEndpoint): readonly Host[] {
  const host = parseHost(hostOfUrl(new URL(url)));
  const dialled = addresses.map(parseAddress).filter((address) => address !== null);
  return [
    ...(host === null ? [] : [host]),
    ...dialled.map((address) => ({ kind: 'address', address }) as const),
  ];
}
