import { describe, expect, test } from 'vitest';
import { type CapturePlan, leanPlan } from '../../../../agent/core/capture-plan.ts';
import { placeSubnets } from '../../../../agent/core/loopback-blocks.ts';
import {
  askForGuard,
  changeLearned,
  changeReal,
  createGuardTable,
  createOwnerTable,
  fillGuardTable,
  fillOwnerTable,
  guardTable,
  line,
  removeBoth,
  removeGuard,
  type RulesetContent,
  type RulesetOptions,
} from '../../../../agent/core/nft-ruleset.ts';
import { parseAddress, parseNetwork, parsePrefix } from '../../../../protocol/address.ts';
import { blockOfPrefix } from '../../../../protocol/prefix-trie.ts';
import { createNamespaces, namespacesObstacle } from '../../../support/namespaces.ts';

const address = (text: string) => parseAddress(text)!;
const block = (text: string) => blockOfPrefix(parseNetwork(text)!);
const subnet = block('203.0.113.0/24');
const subnet6 = block('2001:db8:f::/48');

const options: RulesetOptions = {
  agentUid: 990,
  onlyUid: null,
  synthetic: parsePrefix('6.6.0.0/16')!,
  probe: {
    address: address('6.6.255.254'),
    port: 1,
    arrives: { address: address('127.6.255.254'), port: 4001 },
  },
  ipv6Listener: 4006,
};
const plan: CapturePlan = {
  namePorts: [443],
  subnets: [
    { block: subnet, port: 443 },
    { block: block('203.0.113.64/26'), port: 25 },
    { block: subnet6, port: 443 },
  ],
  withoutQuic: [subnet, subnet6],
  guarded: [
    { block: subnet, begin: 443, end: 443 },
    { block: subnet6, begin: 8000, end: 8010 },
  ],
  guardedQuic: [subnet],
  guardedNamePorts: [{ begin: 443, end: 443 }],
  notCaptured: [],
  acquiresNames: true,
};
const content: RulesetContent = {
  plan,
  placements: placeSubnets([], [subnet], 0).placements,
  listeners: new Map([
    [443, 4443],
    [25, 4025],
  ]),
  dns: [
    { nameserver: address('192.0.2.53'), listening: { address: address('127.53.0.1'), port: 5353 } },
    { nameserver: address('2001:db8::53'), listening: { address: address('::1'), port: 5354 } },
  ],
};
const commands = (text: string): readonly string[] => text.split('; ');

describe('the owner table', () => {
  test('exempts the agent after its own probe, and old connections before all', () => {
    const rules = commands(createOwnerTable(options)).filter((text) => text.includes('nat_output '));
    expect(rules).toEqual([
      'add chain inet opengsa nat_output { type nat hook output priority -100',
      'add rule inet opengsa nat_output meta l4proto tcp tcp flags & (fin | syn | rst | ack) != syn return',
      'add rule inet opengsa nat_output meta skuid 990 ip daddr 6.6.255.254 tcp dport 1 dnat ip to 127.6.255.254:4001',
      'add rule inet opengsa nat_output meta skuid 990 return',
      'add rule inet opengsa nat_output goto nat_take',
    ]);
  });

  test('takes one account only where that is asked for', () => {
    const text = createOwnerTable({ ...options, onlyUid: 1001 });
    expect(commands(text)).toContain('add rule inet opengsa nat_output meta skuid 1001 goto nat_take');
    expect(commands(text)).toContain('add rule inet opengsa pass_output meta skuid 1001 goto pass_vouch');
  });

  test('captures no IPv6 where no connection could tell where it was bound for', () => {
    expect(createOwnerTable(options)).toContain('dnat ip6 to [::1]:4006');
    expect(createOwnerTable({ ...options, ipv6Listener: null })).not.toContain('[::1]');
  });

  test('is filled with the blocks, the listeners and the name servers', () => {
    const filled = commands(fillOwnerTable(options, content));
    expect(filled.filter((text) => /capture|nameservers|listeners/.test(text))).toEqual([
      'flush map inet opengsa capture',
      'add element inet opengsa capture { 6.6.0.0/16 . 443 : 127.6.0.0/16 . 4443, ' +
        '203.0.113.0/24 . 443 : 127.52.0.0/24 . 4443, 203.0.113.64/26 . 25 : 127.52.0.64/26 . 4025 }',
      'flush map inet opengsa nameservers4',
      'add element inet opengsa nameservers4 { 192.0.2.53 : 127.53.0.1 . 5353 }',
      'flush map inet opengsa nameservers6',
      'add element inet opengsa nameservers6 { 2001:db8::53 : ::1 . 5354 }',
      'flush set inet opengsa capture6',
      'add element inet opengsa capture6 { 2001:db8:f::/48 . 443 }',
      'flush set inet opengsa listeners',
      'add element inet opengsa listeners { 4443, 4025 }',
    ]);
  });
});

describe('the guard table', () => {
  test('refuses the synthetic range to everybody, the agent too, and lets pass what the owner table vouches for', () => {
    const rules = commands(createGuardTable(options)).filter((text) => text.includes('_guard guard '));
    expect(rules.slice(1)).toEqual([
      'add rule inet opengsa_guard guard ip daddr 6.6.0.0/16 meta l4proto tcp reject with tcp reset',
      'add rule inet opengsa_guard guard ip daddr 6.6.0.0/16 reject with icmpx port-unreachable',
      'add rule inet opengsa_guard guard oifname "lo" return',
      'add rule inet opengsa_guard guard meta skuid 990 return',
      'add rule inet opengsa_guard guard meta mark & 0x01000000 == 0x01000000 meta mark set meta mark & 0xfeffffff return',
      'add rule inet opengsa_guard guard goto refuse',
    ]);
  });

  test('is emptied by a lean plan', () => {
    const added = commands(fillGuardTable(leanPlan(plan))).filter((text) => text.startsWith('add'));
    expect(added).toEqual([]);
    expect(commands(fillGuardTable(plan)).filter((text) => text.startsWith('add'))).toEqual([
      'add element inet opengsa_guard guarded4 { 203.0.113.0/24 . 443 }',
      'add element inet opengsa_guard guarded_quic4 { 203.0.113.0/24 }',
      'add element inet opengsa_guard guarded6 { 2001:db8:f::/48 . 8000-8010 }',
      'add element inet opengsa_guard learned_ports { 443 }',
    ]);
  });
});

const first = { synthetic: address('6.6.0.1'), real: address('198.51.100.1') };
const second = { synthetic: address('6.6.0.1'), real: address('198.51.100.2') };

test('a change of an address takes the old one away in the same transaction', () => {
  expect(changeReal([first], [second])).toBe(
    'delete element inet opengsa real { 6.6.0.1 : 198.51.100.1 }; add element inet opengsa real { 6.6.0.1 : 198.51.100.2 }',
  );
  expect(changeReal([], [])).toBe('');
  expect(changeLearned(guardTable, [address('2001:db8::1')], [address('198.51.100.1')])).toBe(
    'add element inet opengsa_guard learned4 { 198.51.100.1 }; delete element inet opengsa_guard learned6 { 2001:db8::1 }',
  );
});

const obstacle = namespacesObstacle();
if (obstacle !== null) process.stdout.write(`loading the rules skipped: ${obstacle}\n`);

test.skipIf(obstacle !== null)('the real nft takes every text, and loads it over and over', async () => {
  const spaces = createNamespaces(['app']);
  try {
    const nft = (text: string): string => {
      spaces.nft('app', text);
      return spaces.nftSays('app', '-s', 'list', 'ruleset');
    };
    // Without its owner the table stays to be looked at.
    const owner = createOwnerTable(options).replace(' { flags owner; }', '');
    const all = line([
      createGuardTable(options),
      fillGuardTable(plan),
      owner,
      fillOwnerTable(options, content),
      changeReal([], [first]),
      changeLearned(guardTable, [], [address('198.51.100.1'), address('2001:db8::1')]),
    ]);
    const loaded = nft(all);
    expect(loaded).toContain('203.0.113.0/24 . 443 : 127.52.0.0/24 . 4443');
    expect(loaded).toContain('6.6.0.1 : 198.51.100.1');
    expect(
      nft(line([createGuardTable(options), fillGuardTable(plan), fillOwnerTable(options, content)])),
    ).toContain('2001:db8:f::/48 . 8000-8010');
    expect(nft(changeReal([first], [second]))).toContain('6.6.0.1 : 198.51.100.2');
    spaces.nft('app', askForGuard);
    expect(nft(line([removeBoth, removeGuard]))).toBe('');
  } finally {
    await spaces.end();
  }
});
