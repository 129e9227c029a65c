// The text of the two nftables tables, as lines for `nft -i`: each line is one transaction, all of it or nothing.
//
// The owner table captures and vanishes with the agent; the guard table stays and refuses what must not leave the machine.
import { type Address, formatPrefix, type Prefix } from '../../protocol/address.ts';
import { type Block, blockOfPrefix } from '../../protocol/prefix-trie.ts';
import type { CapturePlan } from './capture-plan.ts';
import { type BlockPiece, formatBlock } from './disjoint-blocks.ts';
import { blockFor, blockOfSynthetic, type Placement } from './loopback-blocks.ts';

/** What holds as long as the agent runs. */
export type RulesetOptions = {
  /** The account of the agent, whose own traffic is never captured. */
  readonly agentUid: number;
  /** The one account that is captured, or null: all but the agent's. */
  readonly onlyUid: number | null;
  readonly synthetic: Prefix;
  /** Where the agent's question to itself goes, and where it must arrive. */
  readonly probe: { readonly address: Address; readonly port: number; readonly arrives: Endpoint };
  /** Where captured IPv6 connections arrive, or null where none can be captured. */
  readonly ipv6Listener: number | null;
};

export type Endpoint = { readonly address: Address; readonly port: number };

/** Questions to `nameserver` on port 53 are taken to `listening`. */
export type DnsEndpoint = { readonly nameserver: Address; readonly listening: Endpoint };

/** What changes while the agent runs. */
export type RulesetContent = {
  readonly plan: CapturePlan;
  readonly placements: readonly Placement[];
  /** Captured port to the port of its listener. */
  readonly listeners: ReadonlyMap<number, number>;
  readonly dns: readonly DnsEndpoint[];
};

/** A synthetic address and where its name leads to in truth. */
export type RealAddress = { readonly synthetic: Address; readonly real: Address };

export const ownerTable = 'inet opengsa';
export const guardTable = 'inet opengsa_guard';
export type TableName = typeof ownerTable | typeof guardTable;

/** Adding what is there changes nothing, and only what is there can be deleted. */
export const removeGuard = `add table ${guardTable}; delete table ${guardTable}`;

/** Set by the living agent's table on packets that the guard is to let pass, and cleared by the guard. */
const lifeMark = '0x01000000';
const withoutLifeMark = '0xfeffffff';
const notFirstPacket = 'tcp flags & (fin | syn | rst | ack) != syn';

/** The owner table, empty of what changes. It must not exist. */
export function createOwnerTable(options: RulesetOptions): string {
  const { agentUid, onlyUid, probe, ipv6Listener } = options;
  const synthetic = formatPrefix(options.synthetic);
  const who = onlyUid === null ? '' : `meta skuid ${onlyUid} `;
  return line([
    `add table ${ownerTable} { flags owner; }`,
    ...sets(ownerTable, {
      'map capture': 'type ipv4_addr . inet_service : interval ipv4_addr . inet_service; flags interval;',
      'map real': 'type ipv4_addr : ipv4_addr;',
      'map nameservers4': 'type ipv4_addr : ipv4_addr . inet_service;',
      'map nameservers6': 'type ipv6_addr : ipv6_addr . inet_service;',
      'set capture6': 'type ipv6_addr . inet_service; flags interval;',
      'set quic4': 'type ipv4_addr; flags interval;',
      'set quic6': 'type ipv6_addr; flags interval;',
      'set listeners': 'type inet_service;',
      ...guardedSets,
    }),
    ...chain(ownerTable, 'nat_take', '', [
      'meta l4proto { tcp, udp } th dport 53 dnat ip to ip daddr map @nameservers4',
      'meta l4proto { tcp, udp } th dport 53 dnat ip6 to ip6 daddr map @nameservers6',
      'dnat ip prefix to ip daddr . tcp dport map @capture',
      `ip daddr ${synthetic} udp dport 443 return`,
      'dnat ip to ip daddr map @real',
      ...(ipv6Listener === null ? [] : [`ip6 daddr . tcp dport @capture6 dnat ip6 to [::1]:${ipv6Listener}`]),
    ]),
    ...chain(ownerTable, 'nat_output', 'type nat hook output priority -100;', [
      // What was open before the table was there goes on as it is.
      `meta l4proto tcp ${notFirstPacket} return`,
      `meta skuid ${agentUid} ip daddr ${probe.address.text} tcp dport ${probe.port} dnat ip to ${endpoint(probe.arrives)}`,
      `meta skuid ${agentUid} return`,
      `${who}goto nat_take`,
    ]),
    // The route to the synthetic range may have chosen another interface's address for a packet that leaves after all.
    ...chain(ownerTable, 'nat_leaving', 'type nat hook postrouting priority 100;', [
      `oifname != "lo" ct original ip daddr ${synthetic} masquerade`,
    ]),
    ...chain(ownerTable, 'pass_vouch', '', [
      `ip daddr ${synthetic} udp dport 443 reject with icmpx port-unreachable`,
      ...bothFamilies(({ ip, n }) => [
        `${ip} daddr @quic${n} udp dport 443 reject with icmpx port-unreachable`,
        `${ip} daddr . tcp dport @guarded${n} ${notFirstPacket} ${vouchedFor} return`,
        `${ip} daddr . tcp dport @guarded${n} reject with tcp reset`,
        `${ip} daddr @guarded_quic${n} udp dport 443 reject with icmpx port-unreachable`,
        `${ip} daddr @learned${n} ${vouchedFor} return`,
      ]),
    ]),
    ...chain(ownerTable, 'pass_output', 'type filter hook output priority 5;', [
      'oifname "lo" return',
      `meta skuid ${agentUid} return`,
      `${who}goto pass_vouch`,
    ]),
    ...chain(ownerTable, 'pass_input', 'type filter hook input priority 0;', [
      'iifname != "lo" tcp dport @listeners reject with tcp reset',
    ]),
  ]);
}

/** The guard table, empty of what changes, in place of the one that may be there. */
export function createGuardTable({
  agentUid,
  onlyUid,
  synthetic,
}: Pick<RulesetOptions, 'agentUid' | 'onlyUid' | 'synthetic'>): string {
  const who = onlyUid === null ? '' : `meta skuid ${onlyUid} `;
  return line([
    removeGuard,
    `add table ${guardTable}`,
    ...sets(guardTable, guardedSets),
    ...chain(guardTable, 'refuse', '', [
      ...bothFamilies(({ ip, n }) => [
        `${ip} daddr . tcp dport @guarded${n} reject with tcp reset`,
        `${ip} daddr @guarded_quic${n} udp dport 443 reject with icmpx port-unreachable`,
        `${ip} daddr @learned${n} tcp dport @learned_ports reject with tcp reset`,
        `${ip} daddr @learned${n} udp dport 443 reject with icmpx port-unreachable`,
      ]),
    ]),
    ...chain(guardTable, 'guard', 'type filter hook output priority 10;', [
      `ip daddr ${formatPrefix(synthetic)} meta l4proto tcp reject with tcp reset`,
      `ip daddr ${formatPrefix(synthetic)} reject with icmpx port-unreachable`,
      'oifname "lo" return',
      `meta skuid ${agentUid} return`,
      `meta mark & ${lifeMark} == ${lifeMark} meta mark set meta mark & ${withoutLifeMark} return`,
      `${who}goto refuse`,
    ]),
    // While something here tracks and a chain of this type is there, the kernel goes on translating the flows that it has
    // translated: they outlive the owner table's being loaded again.
    ...chain(guardTable, 'keep', 'type nat hook output priority -100;', ['ct state new return']),
  ]);
}

/** Replaces what the owner table captures. Open flows stay as they are. */
export function fillOwnerTable(options: RulesetOptions, content: RulesetContent): string {
  const { plan, placements, listeners, dns } = content;
  const quic = plan.withoutQuic;
  const ipv6 = plan.subnets.filter(({ block }) => block.family === 'ipv6');
  return line([
    ...replace(ownerTable, 'map', 'capture', captureElements(options, plan, placements, listeners)),
    ...replace(ownerTable, 'map', 'nameservers4', nameServerElements(dns, 'ipv4')),
    ...replace(ownerTable, 'map', 'nameservers6', nameServerElements(dns, 'ipv6')),
    ...replace(
      ...([ownerTable, 'set', 'capture6'] as const),
      ipv6.map(({ block, port }) => `${formatBlock(block)} . ${port}`),
    ),
    ...replace(ownerTable, 'set', 'quic4', ofFamily(quic, 'ipv4').map(formatBlock)),
    ...replace(ownerTable, 'set', 'quic6', ofFamily(quic, 'ipv6').map(formatBlock)),
    ...replace(ownerTable, 'set', 'listeners', [...listeners.values()].map(String)),
    ...fillGuarded(ownerTable, plan),
  ]);
}

/** Replaces what the guard refuses. Learned addresses have commands of their own. */
export function fillGuardTable(plan: CapturePlan): string {
  return line(fillGuarded(guardTable, plan));
}

/** Changes the map of the addresses that synthetic ones stand for. */
export function changeReal(removed: readonly RealAddress[], added: readonly RealAddress[]): string {
  const element = ({ synthetic, real }: RealAddress): string => `${synthetic.text} : ${real.text}`;
  return line([
    ...change('delete', ownerTable, 'real', removed.map(element)),
    ...change('add', ownerTable, 'real', added.map(element)),
  ]);
}

/** Changes one table's learned addresses of names that nobody may reach while the agent is dead. */
export function changeLearned(
  table: TableName,
  removed: readonly Address[],
  added: readonly Address[],
): string {
  return line(
    bothFamilies(({ family, n }) => {
      const texts = (addresses: readonly Address[]): readonly string[] =>
        addresses.filter((address) => address.family === family).map(({ text }) => text);
      return [
        ...change('delete', table, `learned${n}`, texts(removed)),
        ...change('add', table, `learned${n}`, texts(added)),
      ];
    }),
  );
}

/** Removes the owner table, which must be there, and then the guard. */
export const removeBoth = `delete table ${ownerTable}; ${removeGuard}`;

/** Fails where the guard has gone; what it prints is of no interest. */
export const askForGuard = `list chain ${guardTable} guard`;

/** Commands that belong together: all of them take effect, or none does. */
export function line(commands: readonly string[]): string {
  return commands.filter((text) => text !== '').join('; ');
}

const guardedSets = {
  'set guarded4': 'type ipv4_addr . inet_service; flags interval;',
  'set guarded6': 'type ipv6_addr . inet_service; flags interval;',
  'set guarded_quic4': 'type ipv4_addr; flags interval;',
  'set guarded_quic6': 'type ipv6_addr; flags interval;',
  'set learned4': 'type ipv4_addr;',
  'set learned6': 'type ipv6_addr;',
  'set learned_ports': 'type inet_service; flags interval;',
};

const vouchedFor = `meta mark set meta mark | ${lifeMark}`;

function captureElements(
  { synthetic }: RulesetOptions,
  plan: CapturePlan,
  placements: readonly Placement[],
  listeners: ReadonlyMap<number, number>,
): readonly string[] {
  const range = blockOfPrefix(synthetic);
  const wanted = [
    ...plan.namePorts.map((port) => ({ subnet: range, block: blockOfSynthetic(range), port })),
    ...plan.subnets.flatMap(({ block: subnet, port }) => {
      const block = subnet.family === 'ipv4' ? blockFor(placements, subnet) : null;
      return block === null ? [] : [{ subnet, block, port }];
    }),
  ];
  return wanted.flatMap(({ subnet, block, port }) => {
    const listener = listeners.get(port);
    if (listener === undefined) return [];
    return [`${formatBlock(subnet)} . ${port} : ${formatBlock(block)} . ${listener}`];
  });
}

function nameServerElements(dns: readonly DnsEndpoint[], family: Address['family']): readonly string[] {
  return dns
    .filter(
      ({ nameserver, listening }) => nameserver.family === family && listening.address.family === family,
    )
    .map(({ nameserver, listening }) => `${nameserver.text} : ${listening.address.text} . ${listening.port}`);
}

function fillGuarded(table: string, plan: CapturePlan): readonly string[] {
  return [
    ...bothFamilies(({ family, n }) => [
      ...replace(
        table,
        'set',
        `guarded${n}`,
        plan.guarded.filter(({ block }) => block.family === family).map(piece),
      ),
      ...replace(table, 'set', `guarded_quic${n}`, ofFamily(plan.guardedQuic, family).map(formatBlock)),
    ]),
    ...replace(table, 'set', 'learned_ports', plan.guardedNamePorts.map(portRange)),
  ];
}

function piece({ block, ...ports }: BlockPiece): string {
  return `${formatBlock(block)} . ${portRange(ports)}`;
}

function portRange({ begin, end }: { readonly begin: number; readonly end: number }): string {
  return begin === end ? String(begin) : `${begin}-${end}`;
}

function ofFamily(blocks: readonly Block[], family: Address['family']): readonly Block[] {
  return blocks.filter((block) => block.family === family);
}

const twoFamilies = [
  { family: 'ipv4', ip: 'ip', n: 4 },
  { family: 'ipv6', ip: 'ip6', n: 6 },
] as const;

function bothFamilies(text: (names: (typeof twoFamilies)[number]) => readonly string[]): readonly string[] {
  return twoFamilies.flatMap(text);
}

function endpoint({ address, port }: Endpoint): string {
  return `${address.text}:${port}`;
}

function sets(table: string, declared: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(declared).map(([name, type]) => {
    const [kind = '', own = ''] = name.split(' ');
    return `add ${kind} ${table} ${own} { ${type} }`;
  });
}

function chain(table: string, name: string, hook: string, rules: readonly string[]): readonly string[] {
  return [
    `add chain ${table} ${name}${hook === '' ? '' : ` { ${hook} }`}`,
    ...rules.map((rule) => `add rule ${table} ${name} ${rule}`),
  ];
}

function replace(
  table: string,
  kind: 'map' | 'set',
  name: string,
  elements: readonly string[],
): readonly string[] {
  return [`flush ${kind} ${table} ${name}`, ...change('add', table, name, elements)];
}

function change(
  verb: 'add' | 'delete',
  table: string,
  name: string,
  elements: readonly string[],
): readonly string[] {
  return elements.length === 0 ? [] : [`${verb} element ${table} ${name} { ${elements.join(', ')} }`];
}
