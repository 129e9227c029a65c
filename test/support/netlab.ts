// A network of its own for a test: a workstation's namespace and an edge's, with an emulated link between them.
//
//   app ──eth0────left── uplink ──right────eth0── far
//   the device           the link                 edge, destinations
//
// Only documentation addresses; nothing of the machine's own network is touched.
import { type EmulatedLink, type LinkOptions, startEmulatedLink } from './emulated-link.ts';
import { createNamespaces, type Namespaces, namespacesObstacle, type Place } from './namespaces.ts';

/** Where things are. The device's address is what destinations must be told. */
export const netlabAddresses = {
  device: '203.0.113.7',
  /** Where the device roams to. */
  roamed: '203.0.113.99',
  deviceNetwork: '203.0.113.0/24',
  edge: '198.51.100.5',
  /** Destinations behind the edge, in its namespace. */
  origin: '198.51.100.80',
  farNetwork: '198.51.100.0/24',
} as const;

/** `app` holds the device, `far` the edge and its destinations. */
export type NamespaceName = 'app' | 'far';

/** Any laboratory with a device on the one side and an edge on the other. */
export type Lab = {
  readonly folder: string;
  readonly start: (
    where: NamespaceName,
    ...program: Parameters<Place['start']>
  ) => ReturnType<Place['start']>;
  readonly run: (where: NamespaceName, ...program: Parameters<Place['run']>) => ReturnType<Place['run']>;
  /** Ends all programs and removes the namespaces. */
  readonly end: () => Promise<void>;
};

export type Netlab = Lab &
  EmulatedLink & {
    /** Gives the device another address, as on a change of network: the old one is gone. */
    readonly roam: (address: string) => void;
  };

/** Why no laboratory can be made here, or null. Tests print it and skip. */
export const netlabObstacle = namespacesObstacle;

/** Makes the namespaces and starts the link. */
export async function createNetlab(link: LinkOptions = {}): Promise<Netlab> {
  const spaces = createNamespaces(['app', 'uplink', 'far']);
  try {
    build(spaces);
    return {
      ...labIn(spaces),
      ...(await startEmulatedLink(spaces.within('uplink'), link)),
      roam: (address) => giveAddress(spaces, address),
    };
  } catch (error) {
    await spaces.end();
    throw error;
  }
}

/** The part of a laboratory that starts programs. */
export function labIn<Name extends string>(spaces: Namespaces<Name | NamespaceName>): Lab {
  return {
    folder: spaces.folder,
    start: (where, ...program) => spaces.within(where).start(...program),
    run: (where, ...program) => spaces.within(where).run(...program),
    end: spaces.end,
  };
}

/** One side of a laboratory, for what starts programs anywhere. */
export function within({ folder, start, run }: Lab, where: NamespaceName): Place {
  return {
    folder,
    start: (...program) => start(where, ...program),
    run: (...program) => run(where, ...program),
  };
}

type Spaces = Namespaces<'app' | 'uplink' | 'far'>;

function build(spaces: Spaces): void {
  for (const [at, device] of [
    ['app', 'left'],
    ['far', 'right'],
  ] as const) {
    spaces.wire({ at: 'uplink', device }, { at, device: 'eth0' });
    spaces.withoutOffloads({ at, device: 'eth0' });
  }
  giveAddress(spaces, netlabAddresses.device);
  const { edge, origin, deviceNetwork } = netlabAddresses;
  spaces.give({ at: 'far', device: 'eth0' }, [`${edge}/24`, `${origin}/24`]);
  // Both networks lie on one link: no router stands between them.
  spaces.ip('far', 'route', 'add', deviceNetwork, 'dev', 'eth0');
}

function giveAddress({ ip }: Spaces, address: string): void {
  ip('app', '-4', 'address', 'flush', 'dev', 'eth0');
  ip('app', 'address', 'add', `${address}/24`, 'dev', 'eth0');
  // The kernel drops the routes of an interface together with its last address.
  ip('app', 'route', 'replace', 'default', 'dev', 'eth0');
}
