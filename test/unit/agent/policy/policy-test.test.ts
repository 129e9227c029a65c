// The policy tester of a running agent: its decision, what holds without a tunnel, and the way to both.
import { describe, expect, test } from 'vitest';
import type { DecisionContext } from '../../../../agent/policy/decision.ts';
import { testPolicy } from '../../../../agent/policy/policy-test.ts';
import { parseAuthority } from '../../../../protocol/destination.ts';
import { compileProfile } from '../../../../protocol/matcher.ts';
import { parseProfile } from '../../../../protocol/profile.ts';

function rule(id: string, values: readonly string[], more: object = {}): object {
  return {
    ...{ id, name: id, action: 'forward', clientFallbackAction: 'block', category: 'default' },
    ...{ protocol: 'tcp', ports: ['80', '443'], ruleType: 'fqdn' },
    destinations: values.map((value) => ({ value })),
    ...more,
  };
}

function matcherOf(name: string, ...rules: readonly object[]) {
  return compileProfile(
    parseProfile(
      {
        ...{ name, state: 'enabled', version: '1', trafficForwardingType: 'm365', priority: 1 },
        policies: [{ name: `${name} policy`, state: 'enabled', rules }],
      },
      'profile',
    ),
  );
}

const own = matcherOf('Contoso', rule('contoso-1', ['login.contoso.test']));
const microsoft = matcherOf(
  'Microsoft',
  rule('ms-59', ['*.microsoftonline.com', '*.com'], { endpointSetId: 59 }),
  rule('ms-56', ['login.microsoftonline.com'], { endpointSetId: 56, category: 'allow' }),
  rule('ms-net', ['20.190.128.0/18'], { ruleType: 'ipSubnet', clientFallbackAction: 'bypass' }),
  rule('ms-wide', ['20.0.0.0/8'], { ruleType: 'ipSubnet' }),
  rule('ms-udp', ['*.microsoftonline.com'], { protocol: 'udp' }),
);
const late = matcherOf('Late', rule('late', ['login.microsoftonline.com']));

const context: DecisionContext = {
  ownHosts: new Set(['edge.contoso.test']),
  mode: 'on',
  matchers: [own, microsoft, late],
  programRules: [],
  program: null,
  tunnel: 'up',
  people: { required: [], phase: 'up' },
  view: { kind: 'foreign' },
  mayWait: true,
};

function ask(authority: string, more: Partial<DecisionContext> = {}, protocol: 'tcp' | 'udp' = 'tcp') {
  return testPolicy({ destination: parseAuthority(authority)!, protocol }, { ...context, ...more });
}

function rulesOf({ looked }: ReturnType<typeof ask>) {
  return looked.flatMap((step) =>
    step.kind === 'rule' ? [[step.ruleId, step.destination, step.lower]] : [],
  );
}

describe('the policy tester', () => {
  test('says what decides, and why each other rule that matches is lower', () => {
    const answer = ask('login.microsoftonline.com:443');
    expect(answer).toMatchObject({
      ...{ action: 'tunnel', ruleId: 'ms-56', reason: 'rule-forward', hardening: 'block' },
      tunnelDown: { action: 'block', reason: 'hardening-block' },
    });
    expect(answer.looked.slice(0, 2)).toEqual([
      { kind: 'own-hosts', matches: false },
      { kind: 'profile', name: 'Contoso', rules: 1 },
    ]);
    expect(rulesOf(answer)).toEqual([
      ['ms-56', 'login.microsoftonline.com', null],
      ['ms-59', '*.microsoftonline.com', 'category'],
      ['late', 'login.microsoftonline.com', 'profile'],
    ]);
  });

  test('the rule that it names first is the one that decides, for addresses as well', () => {
    const answer = ask('20.190.130.1:443');
    expect(rulesOf(answer)).toEqual([
      ['ms-net', '20.190.128.0/18', null],
      ['ms-wide', '20.0.0.0/8', 'length'],
    ]);
    expect(answer).toMatchObject({ ruleId: 'ms-net', tunnelDown: { action: 'direct' } });
    expect(rulesOf(ask('20.190.130.1:8080'))).toEqual([]);
  });

  test('what no rule names goes direct, with every profile that was asked', () => {
    const answer = ask('www.example.test:443');
    expect(answer).toMatchObject({ action: 'direct', ruleId: null, reason: 'no-rule' });
    expect(answer.looked.map(({ kind }) => kind)).toEqual(['own-hosts', 'profile', 'profile', 'profile']);
  });

  test('own hosts and a pause come before every rule', () => {
    expect(ask('edge.contoso.test:443')).toMatchObject({
      reason: 'own-edge',
      looked: [{ kind: 'own-hosts', matches: true }, {}, {}, {}],
    });
    const paused = ask('login.contoso.test:443', { mode: 'paused' });
    expect(paused).toMatchObject({ action: 'direct', ruleId: null, tunnelDown: { action: 'direct' } });
    expect(paused.looked[1]).toEqual({ kind: 'mode', mode: 'paused' });
  });

  test('rules for certain programs are said to come first for those', () => {
    const programRules = [{ programs: ['/usr/bin/mail'], matcher: own }];
    const answer = ask('login.contoso.test:443', { programRules });
    expect(answer.note).toBe('by-program');
    expect(answer.looked[1]).toEqual({ kind: 'program-rules', rules: 1, programs: ['/usr/bin/mail'] });
  });

  test('UDP under a forwarding rule is refused, since the tunnel carries TCP', () => {
    const answer = ask('login.microsoftonline.com:443', {}, 'udp');
    expect(answer).toMatchObject({ action: 'block', reason: 'udp-not-carried' });
    expect(rulesOf(answer)).toEqual([['ms-udp', '*.microsoftonline.com', null]]);
  });
});
