// Which names are taken to the agent: those that may need it, not those that go directly for good.
import { expect, test } from 'vitest';
import { acquisitionOf } from '../../../../agent/policy/acquisition.ts';
import type { DecisionContext } from '../../../../agent/policy/decision.ts';
import { customProfile, programRules } from '../../../../agent/policy/custom-profile.ts';
import { compileClasses } from '../../../../protocol/class-index.ts';
import { compileProfile } from '../../../../protocol/matcher.ts';

const matchers = [
  compileProfile(
    customProfile([
      { destinations: ['app.contoso.test'], ports: ['443'], hardening: 'block' },
      { destinations: ['wiki.contoso.test'], ports: ['80', '443'], hardening: 'bypass' },
      { destinations: ['own.contoso.test'], ports: ['443'], hardening: 'block' },
    ]),
  ),
];
const context: DecisionContext = {
  ownHosts: new Set(['edge.contoso.test']),
  mode: 'on',
  matchers,
  programRules: programRules([
    {
      ...{ destinations: ['own.contoso.test', 'tool.contoso.test'], ports: ['443'], hardening: 'block' },
      programs: ['/usr/bin/git'],
    },
  ]),
  program: null,
  tunnel: 'up',
  people: { required: [], phase: 'up' },
  view: {
    kind: 'known',
    microsoft: 'direct',
    classes: compileClasses([{ match: 'own.contoso.test', class: 'direct' }]),
  },
  mayWait: true,
};

test.each<[name: string, changes: Partial<DecisionContext>, expected: boolean]>([
  ['app.contoso.test', {}, true],
  ['app.contoso.test', { tunnel: 'down' }, true],
  ['wiki.contoso.test', {}, true],
  ['wiki.contoso.test', { tunnel: 'down' }, true],
  ['wiki.contoso.test', { tunnel: 'connecting' }, true],
  ['own.contoso.test', { programRules: [] }, false],
  // Some programs' flows may need the agent.
  ['own.contoso.test', {}, true],
  ['tool.contoso.test', {}, true],
  ['edge.contoso.test', {}, false],
  ['other.test', {}, false],
  ['app.contoso.test', { mode: 'paused' }, false],
  ['app.contoso.test', { mode: 'disconnected' }, false],
])('%s with %j: %s', (name, changes, expected) => {
  expect(acquisitionOf(name, [80, 443], { ...context, ...changes }) !== null).toBe(expected);
});

test('a name whose rules have none of the captured ports is left alone', () => {
  expect(acquisitionOf('app.contoso.test', [80], context)).toBeNull();
});

test('the rule that wants the name and its hardening come with it', () => {
  expect(acquisitionOf('app.contoso.test', [80, 443], context)).toMatchObject({
    ruleId: expect.any(String) as string,
    hardening: 'block',
  });
});
