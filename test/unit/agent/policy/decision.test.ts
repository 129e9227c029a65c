// Decisions: every way a flow can go, and the reason that is given for it.
import { describe, expect, it } from 'vitest';
import {
  awaitsEdge,
  type DecisionContext,
  type ViewKnowledge,
  decide,
} from '../../../../agent/policy/decision.ts';
import { compileClasses } from '../../../../protocol/class-index.ts';
import { parseAuthority } from '../../../../protocol/destination.ts';
import { compileProfile } from '../../../../protocol/matcher.ts';
import { parseProfile } from '../../../../protocol/profile.ts';
import type { ProcessFact } from '../../../../protocol/process-fact.ts';
import type { View } from '../../../../protocol/view.ts';

function rule(id: string, value: string, more: object = {}): object {
  return {
    id,
    name: id,
    action: 'forward',
    clientFallbackAction: 'block',
    category: 'default',
    protocol: 'tcp',
    ports: ['443'],
    ruleType: value.includes('/') ? 'ipSubnet' : 'fqdn',
    destinations: [{ value }],
    ...more,
  };
}

function matcherOf(rules: readonly object[], state = 'enabled') {
  return compileProfile(
    parseProfile(
      {
        name: 'test',
        state: 'enabled',
        version: '1',
        trafficForwardingType: 'm365',
        priority: 100,
        policies: [
          { name: 'one', state: 'enabled', rules },
          { name: 'off', state, rules: [rule('off', 'off.test')] },
        ],
      },
      'test profile',
    ),
  );
}

const profile = matcherOf(
  [
    rule('own-idp', 'login.contoso.test', { authentication: 'sign-in' }),
    rule('app', 'app.contoso.test', { clientFallbackAction: 'bypass' }),
    rule('excluded', 'excluded.test', { action: 'bypass' }),
    rule('quic', 'app.contoso.test', { protocol: 'udp' }),
    rule('entra', 'login.microsoftonline.com', { serviceArea: 'Common', endpointSetId: 56 }),
    rule('entra-addresses', '20.190.128.0/18', { serviceArea: 'Common', endpointSetId: 56 }),
    rule('device', 'device.login.microsoftonline.com'),
    rule('graph', 'graph.microsoft.com', { clientFallbackAction: 'bypass' }),
    rule('assets', '*.msauth.net'),
    rule('exchange', 'outlook.office.com', { serviceArea: 'Exchange', clientFallbackAction: 'bypass' }),
    rule('sharepoint', '*.sharepoint.com', { serviceArea: 'SharePoint' }),
    rule('teams', 'teams.microsoft.com', { serviceArea: 'Skype' }),
    rule('anything', '192.0.2.0/24'),
  ],
  'disabled',
);

function knownView(microsoft: View['microsoft'] = 'anchor', classes: View['classes'] = []): ViewKnowledge {
  return { kind: 'known', microsoft, classes: compileClasses(classes) };
}

const calm: DecisionContext = {
  ownHosts: new Set(['edge.contoso.test', '192.0.2.9']),
  mode: 'on',
  matchers: [profile],
  programRules: [],
  program: null,
  tunnel: 'up',
  people: { required: [], phase: 'up' },
  view: knownView(),
  mayWait: true,
};

function decision(authority: string, more: Partial<DecisionContext> = {}, protocol: 'tcp' | 'udp' = 'tcp') {
  return decide(parseAuthority(authority)!, protocol, { ...calm, ...more });
}

/** Action and reason, for the many cases where the rest is beside the point. */
function path(authority: string, more: Partial<DecisionContext> = {}, protocol: 'tcp' | 'udp' = 'tcp') {
  const { action, reason } = decision(authority, more, protocol);
  return `${action} ${reason}`;
}

describe('a decision before any rule', () => {
  it("lets the agent's own edge and witness go direct, in every state", () => {
    for (const tunnel of ['up', 'connecting', 'down'] as const) {
      expect(path('edge.contoso.test:8443', { tunnel })).toBe('direct own-edge');
    }
    expect(decision('192.0.2.9:443')).toEqual({
      action: 'direct',
      ruleId: null,
      reason: 'own-edge',
      authentication: null,
      hardening: null,
      attest: false,
    });
  });

  it.each(['paused', 'disconnected', 'not-enrolled'] as const)('sends everything direct when %s', (mode) => {
    expect(path('login.contoso.test:443', { mode, tunnel: 'down' })).toBe(`direct ${mode}`);
    expect(path('other.test:443', { mode })).toBe(`direct ${mode}`);
  });
});

describe('a decision while the edge takes traffic from signed-in people only', () => {
  const missing = { people: { required: ['m365', 'private'], phase: 'down' } } as const;

  it('follows the hardening of rules for such traffic, and no other', () => {
    expect(path('login.contoso.test:443', missing)).toBe('block hardening-block');
    expect(path('app.contoso.test:443', missing)).toBe('direct hardening-bypass');
    expect(path('login.contoso.test:443', { people: { ...missing.people, required: ['internet'] } })).toBe(
      'tunnel rule-forward',
    );
    expect(path('other.test:443', missing)).toBe('direct no-rule');
  });

  it('waits for a sign-in that is being shown, and goes on when it counts', () => {
    const shown = { people: { ...missing.people, phase: 'connecting' } } as const;
    expect(path('login.contoso.test:443', shown)).toBe('tunnel edge-awaited');
    expect(path('login.contoso.test:443', { ...shown, mayWait: false })).toBe('block hardening-block');
    expect(path('login.contoso.test:443', { people: { ...missing.people, phase: 'up' } })).toBe(
      'tunnel rule-forward',
    );
  });

  it('is as without an edge where there is none', () => {
    const up = { people: { ...missing.people, phase: 'up' } } as const;
    expect(path('login.contoso.test:443', { ...up, tunnel: 'down' })).toBe('block hardening-block');
  });
});

describe('a decision by rule', () => {
  it('tunnels what a rule forwards, and carries the rule along', () => {
    expect(decision('login.contoso.test:443')).toEqual({
      action: 'tunnel',
      ruleId: 'own-idp',
      reason: 'rule-forward',
      authentication: 'sign-in',
      hardening: 'block',
      attest: true,
    });
  });

  it('sends direct what no rule names, and what a rule or a disabled policy bypasses', () => {
    expect(path('other.test:443')).toBe('direct no-rule');
    expect(path('login.contoso.test:80')).toBe('direct no-rule');
    expect(path('excluded.test:443')).toBe('direct rule-bypass');
    expect(path('off.test:443')).toBe('direct policy-disabled');
  });

  it('asks the profiles in their order, and a bypass in the first is final', () => {
    const first = matcherOf([rule('first', '*.contoso.test', { action: 'bypass' })]);
    expect(decision('app.contoso.test:443', { matchers: [first, profile] })).toMatchObject({
      ruleId: 'first',
      action: 'direct',
    });
    expect(decision('app.contoso.test:443', { matchers: [profile, first] }).ruleId).toBe('app');
    expect(path('app.contoso.test:443', { matchers: [] })).toBe('direct no-rule');
  });

  it('does by hardening what the tunnel cannot do', () => {
    expect(path('login.contoso.test:443', { tunnel: 'connecting' })).toBe('tunnel edge-awaited');
    expect(path('login.contoso.test:443', { tunnel: 'connecting', mayWait: false })).toBe(
      'block hardening-block',
    );
    expect(path('login.contoso.test:443', { tunnel: 'down' })).toBe('block hardening-block');
    expect(path('app.contoso.test:443', { tunnel: 'connecting' })).toBe('direct hardening-bypass');
    expect(path('app.contoso.test:443', { tunnel: 'down' })).toBe('direct hardening-bypass');
    expect(decision('login.contoso.test:443', { tunnel: 'down' })).toMatchObject({
      ruleId: 'own-idp',
      authentication: 'sign-in',
      hardening: 'block',
      attest: false,
    });
  });

  it('tells a flow that is to be decided again from one that is decided', () => {
    expect(awaitsEdge(decision('login.contoso.test:443', { tunnel: 'connecting' }))).toBe(true);
    expect(awaitsEdge(decision('app.contoso.test:443', { tunnel: 'connecting' }))).toBe(false);
    expect(awaitsEdge(decision('login.contoso.test:443'))).toBe(false);
  });

  it('refuses UDP where the tunnel would be the path, so that programs fall back to TCP', () => {
    expect(decision('app.contoso.test:443', {}, 'udp')).toMatchObject({
      action: 'block',
      reason: 'udp-not-carried',
      ruleId: 'quic',
    });
    expect(path('app.contoso.test:443', { view: knownView('anchor', direct('*.contoso.test')) }, 'udp')).toBe(
      'direct class-direct',
    );
    expect(path('other.test:443', {}, 'udp')).toBe('direct no-rule');
  });
});

function direct(match: string): View['classes'] {
  return [{ match, class: 'direct' }];
}

describe('a decision by class', () => {
  it('sends the class direct past the tunnel, whatever the hardening', () => {
    const view = knownView('anchor', direct('*.contoso.test'));
    expect(path('login.contoso.test:443', { view })).toBe('direct class-direct');
    expect(path('login.contoso.test:443', { view, tunnel: 'down' })).toBe('direct class-direct');
  });

  it('attests where the class restores or the destination authenticates, and nowhere else', () => {
    const attests = (authority: string, view: ViewKnowledge) => decision(authority, { view }).attest;
    expect(attests('app.contoso.test:443', knownView())).toBe(false);
    for (const restoring of ['proxy-v2', 'forwarded', 'adfs'] as const) {
      const view = knownView('anchor', [{ match: 'app.contoso.test', ports: [443], class: restoring }]);
      expect(attests('app.contoso.test:443', view)).toBe(true);
    }
    expect(attests('app.contoso.test:443', knownView('anchor', [{ match: '*', class: 'opaque' }]))).toBe(
      false,
    );
    expect(attests('device.login.microsoftonline.com:443', knownView())).toBe(true);
    expect(attests('graph.microsoft.com:443', knownView())).toBe(true);
    expect(attests('aadcdn.msauth.net:443', knownView())).toBe(false);
    expect(attests('login.contoso.test:443', { kind: 'foreign' })).toBe(false);
    expect(attests('login.contoso.test:443', { kind: 'awaited' })).toBe(true);
  });
});

const group = [
  'login.microsoftonline.com:443',
  'device.login.microsoftonline.com:443',
  'graph.microsoft.com:443',
  'outlook.office.com:443',
  'contoso.sharepoint.com:443',
  '20.190.128.1:443',
];
const outside = [
  'login.contoso.test:443',
  'teams.microsoft.com:443',
  'aadcdn.msauth.net:443',
  '192.0.2.1:443',
];

describe('the one decision for Entra ID, Graph, Exchange and SharePoint', () => {
  it.each(group)('takes %s with it', (authority) => {
    expect(path(authority, { view: knownView('anchor') })).toBe('tunnel rule-forward');
    expect(path(authority, { view: knownView('direct') })).toBe('direct microsoft-direct');
    expect(path(authority, { view: knownView(null) })).toBe('direct microsoft-undecided');
    expect(path(authority, { view: knownView(null), tunnel: 'down' })).toBe('direct microsoft-undecided');
    expect(path(authority, { view: { kind: 'foreign' } })).toBe('tunnel rule-forward');
  });

  it.each(outside)('does not touch %s', (authority) => {
    for (const microsoft of ['anchor', 'direct', null] as const) {
      expect(path(authority, { view: knownView(microsoft) })).toBe('tunnel rule-forward');
    }
    expect(path(authority, { view: { kind: 'awaited' } })).toBe('tunnel rule-forward');
  });

  it('gives way to a class that states an address or anchors, and not to a plain relay', () => {
    const viaClass = (restoration: View['classes'][number]['class']) =>
      path('login.microsoftonline.com:443', { view: knownView(null, [{ match: '*', class: restoration }]) });
    expect(viaClass('anchor')).toBe('tunnel rule-forward');
    expect(viaClass('forwarded')).toBe('tunnel rule-forward');
    expect(viaClass('opaque')).toBe('direct microsoft-undecided');
    expect(viaClass('tenant-restriction')).toBe('direct microsoft-undecided');
  });

  it('is left to the hardening as long as the edge has not told it', () => {
    const view: ViewKnowledge = { kind: 'awaited' };
    const signIn = (more: Partial<DecisionContext>) =>
      path('login.microsoftonline.com:443', { view, ...more });
    for (const tunnel of ['up', 'connecting'] as const) {
      expect(signIn({ tunnel })).toBe('tunnel edge-awaited');
      expect(signIn({ tunnel, mayWait: false })).toBe('block microsoft-view-awaited');
    }
    expect(signIn({ tunnel: 'down' })).toBe('block microsoft-view-awaited');
    expect(path('graph.microsoft.com:443', { view })).toBe('direct microsoft-view-awaited');
  });
});

describe('a rule for certain programs', () => {
  const rules = [
    { programs: ['/usr/bin/git', '/opt/contoso/*'], matcher: matcherOf([rule('git', 'app.contoso.test')]) },
    { programs: ['/usr/bin/curl'], matcher: matcherOf([rule('curl', 'new.contoso.test')]) },
  ];
  const by = (executable: string | null, unknown: ProcessFact['unknown'] = null) => ({
    programRules: rules,
    program: { uid: 1000, pid: executable === null ? null : 7, executable, unknown },
  });

  it('holds for them, before every profile, and for no other program', () => {
    expect(decision('app.contoso.test:443', by('/usr/bin/git'))).toMatchObject({
      ruleId: 'git',
      action: 'tunnel',
    });
    expect(decision('app.contoso.test:443', by('/opt/contoso/sync'))).toMatchObject({ ruleId: 'git' });
    expect(decision('app.contoso.test:443', by('/usr/bin/curl'))).toMatchObject({ ruleId: 'app' });
    expect(decision('new.contoso.test:443', by('/usr/bin/git'))).toMatchObject({
      action: 'direct',
      reason: 'no-rule',
    });
    expect(decision('new.contoso.test:443', by('/usr/bin/git')).note).toBeUndefined();
  });

  it('is passed over where the program is not known, and the decision says so', () => {
    expect(decision('new.contoso.test:443', by(null, 'no-privilege'))).toMatchObject({
      ...{ action: 'direct', reason: 'no-rule', note: 'program-unknown' },
    });
    expect(decision('app.contoso.test:443', by(null, 'late'))).toMatchObject({
      ...{ ruleId: 'app', note: 'program-unknown' },
    });
    // Nothing was passed over.
    expect(decision('graph.microsoft.com:443', by(null, 'late')).note).toBeUndefined();
  });

  it('makes an answer about the destination alone a conditional one', () => {
    expect(decision('new.contoso.test:443', { programRules: rules })).toMatchObject({ note: 'by-program' });
    expect(decision('new.contoso.test:443', { programRules: rules, mode: 'paused' }).note).toBeUndefined();
  });
});
