import { describe, expect, test } from 'vitest';
import { type CapturePlan, leanPlan, planCapture } from '../../../../agent/core/capture-plan.ts';
import { formatBlock } from '../../../../agent/core/disjoint-blocks.ts';
import { type CustomRule, customProfile } from '../../../../agent/policy/custom-profile.ts';
import { parsePrefix } from '../../../../protocol/address.ts';
import { compileProfile } from '../../../../protocol/matcher.ts';
import { parseProfile, type Profile } from '../../../../protocol/profile.ts';

const options = { synthetic: parsePrefix('6.6.0.0/16')!, capturesIpv6: true };

type Rule = Partial<Omit<CustomRule, 'destinations'>> & Pick<CustomRule, 'destinations'>;
const profile = (...rules: readonly Rule[]): Profile =>
  customProfile(rules.map((rule) => ({ ports: ['443'], hardening: 'bypass', ...rule })));
const plan = (...rules: readonly Rule[]): CapturePlan =>
  planCapture([compileProfile(profile(...rules))], options);
const shown = ({ subnets }: CapturePlan) => subnets.map(({ block, port }) => `${formatBlock(block)} ${port}`);

describe('a plan', () => {
  test('has the ports of names, and subnets per port without those within others', () => {
    const result = plan(
      { destinations: ['*.contoso.test', '192.0.2.0/24'], ports: ['443', '80'] },
      { destinations: ['192.0.2.128/25', '192.0.2.7', '2001:db8::/32'], ports: ['443', '25'] },
    );
    expect(result.namePorts).toEqual([80, 443]);
    expect(shown(result)).toEqual([
      '192.0.2.7/32 25',
      '192.0.2.128/25 25',
      '2001:db8::/32 25',
      '192.0.2.0/24 80',
      '192.0.2.0/24 443',
      '2001:db8::/32 443',
    ]);
    expect(result.withoutQuic.map(formatBlock)).toEqual(['192.0.2.0/24', '2001:db8::/32']);
    expect(result.notCaptured).toEqual([]);
  });

  test('guards what is hardened, and the rest not', () => {
    const result = plan(
      {
        destinations: ['192.0.2.0/24', 'vault.contoso.test'],
        ports: ['443', '8000-8010'],
        hardening: 'block',
      },
      { destinations: ['198.51.100.0/24'] },
    );
    expect(result.guarded.map(({ block, begin, end }) => `${formatBlock(block)} ${begin}-${end}`)).toEqual([
      '192.0.2.0/24 443-443',
      '192.0.2.0/24 8000-8010',
    ]);
    expect(result.guardedQuic.map(formatBlock)).toEqual(['192.0.2.0/24']);
    expect(result.guardedNamePorts).toEqual([
      { begin: 443, end: 443 },
      { begin: 8000, end: 8010 },
    ]);
  });

  test('leaves out bypassed and disabled rules, UDP, and what an earlier rule takes away entirely', () => {
    const base = profile({ destinations: ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'] });
    const changed = parseProfile(
      {
        ...base,
        policies: [
          { name: 'off', state: 'disabled', rules: rulesOf(base, 'off', '203.0.113.0/24') },
          {
            name: 'bypassed',
            state: 'enabled',
            rules: rulesOf(base, 'by', '192.0.2.0/24', { action: 'bypass' }),
          },
          {
            name: 'udp',
            state: 'enabled',
            rules: rulesOf(base, 'udp', '198.51.100.0/24', { protocol: 'udp' }),
          },
          {
            name: 'later',
            state: 'enabled',
            rules: rulesOf(base, 'later', '192.0.2.128/25', { category: 'default' }),
          },
        ],
      },
      'test',
    );
    expect(shown(planCapture([compileProfile(changed)], options))).toEqual([]);
    // A part of it is still captured: whoever decides about each flow knows better.
    expect(shown(planCapture([compileProfile(changed), compileProfile(base)], options))).toEqual([
      '198.51.100.0/24 443',
    ]);
  });

  test('has what certain programs are taken to, and guards the same destinations for all others', () => {
    const hardened = profile({ destinations: ['192.0.2.0/24'], hardening: 'block' });
    const forOneProgram = profile({
      destinations: ['192.0.2.0/24', '198.51.100.0/24'],
      ports: ['443', '25'],
    });
    const result = planCapture([compileProfile(hardened)], {
      ...options,
      byProgram: [compileProfile(forOneProgram), compileProfile(profile({ destinations: ['198.51.100.7'] }))],
    });
    expect(shown(result)).toEqual([
      '192.0.2.0/24 25',
      '198.51.100.0/24 25',
      '192.0.2.0/24 443',
      '198.51.100.0/24 443',
    ]);
    expect(result.guarded.map(({ block, begin }) => `${formatBlock(block)} ${begin}`)).toEqual([
      '192.0.2.0/24 443',
    ]);
  });

  test('names what it cannot capture, with what becomes of it', () => {
    const without = planCapture(
      [
        compileProfile(
          profile(
            { destinations: ['app.contoso.test'], ports: ['1-65535'], hardening: 'block' },
            { destinations: ['4.0.0.0/8', '127.0.0.0/16', '6.6.1.0/24', '2001:db8::/32'] },
            { destinations: ['192.0.2.0/24'] },
          ),
        ),
      ],
      { ...options, capturesIpv6: false },
    );
    const told = without.notCaptured.map(({ destination, reason, hardening }) => [
      destination,
      reason,
      hardening,
    ]);
    expect(told.toSorted()).toEqual([
      ['127.0.0.0/16', 'special-range', 'bypass'],
      ['2001:db8::/32', 'no-ipv6-module', 'bypass'],
      ['4.0.0.0/8', 'too-large', 'bypass'],
      ['6.6.1.0/24', 'special-range', 'bypass'],
      ['app.contoso.test', 'too-many-ports', 'block'],
    ]);
    expect(shown(without)).toEqual(['192.0.2.0/24 443']);
    // A port that another rule has a listener for is captured all the same.
    expect(without.namePorts).toEqual([443]);
  });

  test('guards IPv6 that it cannot capture where its rule says block', () => {
    const rules = profile({ destinations: ['2001:db8::/32'], hardening: 'block' });
    const without = planCapture([compileProfile(rules)], { ...options, capturesIpv6: false });
    expect(shown(without)).toEqual([]);
    expect(without.guarded).toHaveLength(1);
  });

  test('rules for TLS contents are named, since nobody sees them', () => {
    const base = profile({ destinations: ['192.0.2.0/24'] });
    const [rule] = base.policies[0]!.rules;
    const paths = { ...rule, id: 'paths', ruleType: 'url', destinations: [{ value: 'contoso.test/secret' }] };
    const withPaths = parseProfile(
      { ...base, policies: [{ name: 'p', state: 'enabled', rules: [paths] }] },
      'test',
    );
    expect(planCapture([compileProfile(withPaths)], options).notCaptured).toEqual([
      { ruleId: 'paths', destination: 'contoso.test/secret', reason: 'inside-tls', hardening: 'bypass' },
    ]);
  });

  test('a wide range costs no narrow rule its port', () => {
    const result = plan(
      { destinations: ['wide.contoso.test'], ports: ['1000-1063'] },
      { destinations: ['narrow.contoso.test'], ports: ['443'] },
    );
    expect(result.namePorts).toEqual([443]);
    expect(result.notCaptured).toMatchObject([
      { destination: 'wide.contoso.test', reason: 'too-many-ports' },
    ]);
  });
});

test('the lean plan serves cached names and takes nothing else', () => {
  const lean = leanPlan(plan({ destinations: ['app.contoso.test', '192.0.2.0/24'], hardening: 'block' }));
  expect(lean).toMatchObject({ namePorts: [443], subnets: [], guarded: [], acquiresNames: false });
});

function rulesOf(base: Profile, id: string, subnet: string, change: object = {}): unknown[] {
  const rule = base.policies[0]!.rules.find(({ ruleType }) => ruleType === 'ipSubnet');
  return [{ ...rule, id, destinations: [{ value: subnet }], ...change }];
}
