// The facts that a process finds out by itself, whether or not the agent runs.
import { isIP } from 'node:net';
import type { Prefix } from '../../protocol/address.ts';
import { hostOfUrl } from '../../protocol/destination.ts';
import type { EdgeEndpoint } from '../../protocol/device-bundle.ts';
import type { Clock } from '../clock.ts';
import { askEdge, type EdgeQuestion } from './edge-question.ts';
import type { FactSources } from './gather.ts';
import { readKernel, readNetwork, readNft, readPolicies, readResolved } from './machine-facts.ts';
import { askNameServers } from './name-server-question.ts';

export type LocalSetup = {
  /** `/`, or a folder that stands for it. */
  readonly root: string;
  readonly syntheticRange: Prefix;
  /** Null while the device is not enrolled. */
  readonly device: (Omit<EdgeQuestion, 'endpoint'> & { readonly edges: readonly EdgeEndpoint[] }) | null;
};

type Local = 'network' | 'nameServers' | 'edges' | 'policies' | 'resolved' | 'kernel' | 'nft' | 'session';

export function localSources(
  { root, syntheticRange, device }: LocalSetup,
  clock: Clock,
): Pick<FactSources, Local> {
  const edges = device?.edges ?? [];
  const unlisted = edges.filter(({ addresses = [] }) => addresses.length === 0);
  const host = unlisted.map(({ url }) => hostOfUrl(new URL(url))).find((name) => isIP(name) === 0);
  return {
    network: readNetwork,
    // The name that the tunnel needs, else one that no server passes on (RFC 6761 section 6.3).
    nameServers: () => askNameServers({ root, name: host ?? 'localhost', port: 53 }, clock),
    edges: async () =>
      device === null ? [] : Promise.all(edges.map((endpoint) => askEdge({ ...device, endpoint }, clock))),
    policies: () => readPolicies(root),
    resolved: () => readResolved(root),
    kernel: () => readKernel(syntheticRange),
    nft: readNft,
    session() {
      throw new Error('only a program in your session can tell');
    },
  };
}
