// A workstation with two uplinks, each behind a router that translates addresses, in namespaces of its own.
//
//              ┌─eth0── nat1 ──(carrier)──┐
//   app ───────┤                          ├── internet ──(link)── far
//   the device └─eth1── nat2 ─────────────┘                       edge, witness, destinations
//
// IPv4 is masked by the routers, IPv6 passes as it is. Only documentation addresses, and 100.64.0.0/10 behind a carrier.
import type { Family } from '../../protocol/address.ts';
import { installedProgram } from './debian-programs.ts';
import { type EmulatedLink, type LinkOptions, startEmulatedLink } from './emulated-link.ts';
import { createNamespaces, type Namespaces, namespacesObstacle, type Place, quick } from './namespaces.ts';
import {
  type Counts,
  countRules,
  maskByDestination,
  maskInTurn,
  masquerade,
  readCounts,
} from './nat-rules.ts';
import { type Lab, labIn } from './netlab.ts';

/** What the far side sees of the device over IPv4 is `public`; `other` is a second address of the router. */
export const natAddresses = {
  nat1: { device: '192.0.2.7', deviceIpv6: '2001:db8:1::7', public: '203.0.113.1', other: '203.0.113.2' },
  nat2: { device: '192.0.2.71', deviceIpv6: '2001:db8:2::7', public: '203.0.113.65', other: '203.0.113.66' },
  /** What a carrier's NAT sees of the router behind it (RFC 6598). */
  shared: '100.64.0.7',
  edge: '198.51.100.5',
  edgeIpv6: '2001:db8:f::5',
  witness: '198.51.100.6',
  witnessIpv6: '2001:db8:f::6',
  origin: '198.51.100.80',
  originIpv6: '2001:db8:f::80',
  /** What the edge sees of every device where a balancer without PROXY protocol stands before it. */
  balancer: '192.0.2.200',
  /** Where devices may come from, as ranges of an edge: documentation addresses are not public. */
  sources: ['203.0.113.0/24', '2001:db8:1::/64', '2001:db8:2::/64'],
} as const;

export type Uplink = 'nat1' | 'nat2';

export type NatLabOptions = {
  /** What the device's networks offer. */
  readonly families?: readonly Family[];
  /** Whether another NAT stands behind nat1. It has IPv4 only. */
  readonly carrier?: boolean;
  /** Whether the edge sees a balancer in place of every device. The witness sees devices all the same. */
  readonly balancer?: boolean;
  /** Between the Internet and the far side; absent: a plain wire. */
  readonly link?: LinkOptions;
  /** Whom the device's programs ask for names; absent: the machine's own nameservers, which cannot be reached. */
  readonly nameserver?: string;
};

export type NatLab = Lab & {
  /** Null where it is a plain wire. */
  readonly link: EmulatedLink | null;
  /** The router of an uplink: its interface `lan` is on the device's side. */
  readonly router: (uplink: Uplink) => Place;
  /** Has the device's programs ask another nameserver, those that run as well. */
  readonly useNameserver: (address: string) => void;
  /** Has the device leave its network and join this one; with other families where they are named. */
  readonly moveTo: (uplink: Uplink, families?: readonly Family[]) => void;
  /** From this moment on new connections behind the uplink appear with these addresses in turn. */
  readonly maskAs: (uplink: Uplink, ...addresses: readonly string[]) => void;
  /** From this moment on new connections behind the uplink appear with an address by where they lead to. */
  readonly maskByDestination: (uplink: Uplink, masks: Readonly<Record<string, string>>) => void;
  /** Gives the router another public address, as a provider does: the old one is gone with every mapping. */
  readonly renumber: (uplink: Uplink, address: string) => void;
  /** Counts what passes the uplink towards each address from this moment on. */
  readonly countTowards: (uplink: Uplink, addresses: readonly string[]) => Counts;
};

type Name = 'app' | 'far' | 'internet' | 'wire' | 'carrier' | Uplink;
type Spaces = Namespaces<Name>;

const uplinks = {
  nat1: { device: 'eth0', lan: '192.0.2.1', public: ['203.0.113.1', '203.0.113.62'], net: 1 },
  nat2: { device: 'eth1', lan: '192.0.2.65', public: ['203.0.113.65', '203.0.113.126'], net: 2 },
} as const;

/** Why no laboratory can be made here, or null. Tests print it and skip. */
export function natLabObstacle(): string | null {
  const obstacle = namespacesObstacle() ?? (installedProgram('nft') === null ? 'missing: nft' : null);
  if (obstacle !== null) return obstacle;
  const spaces = createNamespaces(['app']);
  try {
    spaces.nft('app', masquerade('oifname "wan"'));
    return null;
  } catch (error) {
    return `this kernel translates no addresses: ${String(error)}`;
  } finally {
    void spaces.end();
  }
}

/** The device is behind nat1. */
export async function createNatLab(options: NatLabOptions = {}): Promise<NatLab> {
  const { families = ['ipv4', 'ipv6'], carrier = false } = options;
  const spaces: Spaces = createNamespaces<Name>([
    ...(['app', 'nat1', 'nat2', 'internet', 'far'] as const),
    ...(carrier ? (['carrier'] as const) : []),
    ...(options.link === undefined ? [] : (['wire'] as const)),
  ]);
  try {
    if (options.nameserver !== undefined) spaces.nameserver('app', options.nameserver);
    connectFar(spaces, options.link !== undefined);
    if (options.balancer === true) standBeforeTheEdge(spaces);
    connectUplink(spaces, 'nat1', carrier);
    connectUplink(spaces, 'nat2', false);
    const moveTo: NatLab['moveTo'] = (uplink, offered = families) =>
      spaces.batch('app', movement(uplink, offered));
    moveTo('nat1');
    return {
      ...labIn(spaces),
      link: options.link === undefined ? null : await startEmulatedLink(spaces.within('wire'), options.link),
      router: (uplink) => spaces.within(uplink),
      useNameserver: (address) => spaces.nameserver('app', address),
      moveTo,
      ...translation(spaces, carrier),
    };
  } catch (error) {
    await spaces.end();
    throw error;
  }
}

function connectFar(spaces: Spaces, emulated: boolean): void {
  const [internet, far] = [
    { at: 'internet', device: 'far' },
    { at: 'far', device: 'eth0' },
  ] as const;
  if (emulated) {
    spaces.wire({ at: 'wire', device: 'left' }, internet);
    spaces.wire({ at: 'wire', device: 'right' }, far);
    for (const port of [internet, far]) spaces.withoutOffloads(port);
  } else spaces.wire(internet, far);
  const { edge, witness, origin, edgeIpv6, witnessIpv6, originIpv6 } = natAddresses;
  spaces.give(internet, ['198.51.100.1/24', '2001:db8:f::1/64']);
  spaces.give(
    far,
    [edge, witness, origin].map((address) => `${address}/24`),
  );
  spaces.give(
    far,
    [edgeIpv6, witnessIpv6, originIpv6].map((address) => `${address}/64`),
  );
  spaces.ip('far', 'route', 'add', 'default', 'via', '198.51.100.1');
  spaces.ip('far', '-6', 'route', 'add', 'default', 'via', '2001:db8:f::1');
  spaces.forward('internet');
}

function standBeforeTheEdge({ ip, nft }: Spaces): void {
  const { edge, balancer } = natAddresses;
  ip('internet', 'address', 'add', `${balancer}/32`, 'dev', 'far');
  nft('internet', maskInTurn(`oifname "far" ip daddr ${edge}`, [balancer]));
}

/** From the device's interface to the Internet. */
function connectUplink(spaces: Spaces, uplink: Uplink, carrier: boolean): void {
  const { device, lan, public: pair, net } = uplinks[uplink];
  spaces.wire({ at: uplink, device: 'lan' }, { at: 'app', device });
  spaces.ip('app', 'link', 'set', device, 'down');
  spaces.give({ at: uplink, device: 'lan' }, [`${lan}/26`, `2001:db8:${net}::1/64`]);
  const last: Name = carrier ? 'carrier' : uplink;
  const [masked, gateway] = pair;
  spaces.wire({ at: last, device: 'wan' }, { at: 'internet', device: uplink });
  spaces.give({ at: last, device: 'wan' }, [`${masked}/26`, `2001:db8:a${net}::2/64`]);
  spaces.give({ at: 'internet', device: uplink }, [`${gateway}/26`, `2001:db8:a${net}::1/64`]);
  spaces.ip(last, 'route', 'add', 'default', 'via', gateway);
  if (carrier) {
    spaces.wire({ at: uplink, device: 'wan' }, { at: 'carrier', device: 'lan' });
    spaces.give({ at: uplink, device: 'wan' }, [`${natAddresses.shared}/24`]);
    spaces.give({ at: 'carrier', device: 'lan' }, ['100.64.0.1/24']);
    spaces.ip(uplink, 'route', 'add', 'default', 'via', '100.64.0.1');
  } else {
    spaces.ip(uplink, '-6', 'route', 'add', 'default', 'via', `2001:db8:a${net}::1`);
    spaces.ip('internet', '-6', 'route', 'add', `2001:db8:${net}::/64`, 'via', `2001:db8:a${net}::2`);
  }
  for (const name of new Set([uplink, last])) {
    spaces.forward(name);
    spaces.nft(name, masquerade('oifname "wan"'));
  }
}

/** Commands of `ip` that leave the other uplink and join this one. */
function movement(uplink: Uplink, families: readonly Family[]): string[] {
  const { device, lan, net } = uplinks[uplink];
  const { device: ipv4, deviceIpv6 } = natAddresses[uplink];
  const join = {
    ipv4: [`address add ${ipv4}/26 dev ${device}`, `route add default via ${lan}`],
    ipv6: [
      `address add ${deviceIpv6}/64 dev ${device} ${quick(deviceIpv6).join(' ')}`,
      `route add ::/0 via 2001:db8:${net}::1`,
    ],
  };
  return [
    ...Object.values(uplinks).flatMap((left) => [
      `address flush dev ${left.device}`,
      `link set ${left.device} down`,
    ]),
    `link set ${device} up`,
    ...families.flatMap((family) => join[family]),
  ];
}

type Translation = Pick<NatLab, 'maskAs' | 'maskByDestination' | 'renumber' | 'countTowards'>;

function translation({ ip, batch, nft, nftSays }: Spaces, carrier: boolean): Translation {
  /** The router whose address the far side sees. */
  const lastOf = (uplink: Uplink): Name => (carrier && uplink === 'nat1' ? 'carrier' : uplink);
  const own = (at: Name, addresses: readonly string[]): void => {
    for (const address of addresses) ip(at, 'address', 'replace', `${address}/26`, 'dev', 'wan');
  };
  return {
    maskAs: (uplink, ...addresses) => {
      own(lastOf(uplink), addresses);
      nft(lastOf(uplink), maskInTurn('oifname "wan"', addresses));
    },
    maskByDestination: (uplink, masks) => {
      own(lastOf(uplink), Object.values(masks));
      nft(lastOf(uplink), maskByDestination('oifname "wan"', masks));
    },
    renumber: (uplink, address) => {
      // The kernel drops the mappings of a masquerade together with its address.
      ip(lastOf(uplink), '-4', 'address', 'flush', 'dev', 'wan');
      batch(lastOf(uplink), [
        `address add ${address}/26 dev wan`,
        `route add default via ${uplinks[uplink].public[1]}`,
      ]);
    },
    countTowards: (uplink, addresses) => {
      nft(uplink, countRules(addresses));
      return readCounts((...words) => nftSays(uplink, ...words), addresses);
    },
  };
}
