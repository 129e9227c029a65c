// Forwarding profiles, policies and rules in Graph's shape; changes hold at once, all or none, and in the store.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createForwarding } from '../../../../edge/forwarding.ts';
import { type AdminApi, startAdminApi } from '../../../support/admin-api.ts';
import { exampleProfile } from '../../../support/admin-profile.ts';

const base = '/beta/networkAccess';
const profilePath = `${base}/forwardingProfiles/contoso-traffic`;
const policyPath = `${base}/forwardingPolicies/contoso-traffic.exchange-online`;
let api: AdminApi;
beforeEach(async () => {
  api = await startAdminApi();
});
afterEach(() => api.close());

async function read(path: string): Promise<unknown> {
  const { status, body } = await api.ask('GET', path, { role: 'Security Reader' });
  expect([status, body]).toEqual([200, expect.anything()]);
  return body;
}

const plain = {
  ...{ id: 'contoso-traffic', name: 'Contoso traffic', state: 'enabled', version: '1.0.0' },
  ...{ trafficForwardingType: 'm365', priority: 100, associations: [] },
};

describe('reading', () => {
  test('a list has no policies until they are expanded, as deep as asked', async () => {
    expect(await read(`${base}/forwardingProfiles`)).toEqual({
      '@odata.context': `https://127.0.0.1:${api.port}/beta/$metadata#networkAccess/forwardingProfiles`,
      value: [plain],
    });
    const links = (text: string) => read(`${base}/forwardingProfiles?$expand=${text}`);
    expect(await links('policies')).toMatchObject({
      value: [{ policies: [{ state: 'enabled' }, { id: 'contoso-traffic.teams' }] }],
    });
    expect(JSON.stringify(await links('policies'))).not.toContain('policyRules');
    const deep = await links('policies($expand=policy($expand=policyRules))');
    expect(deep).toMatchObject({
      value: [
        {
          policies: [
            { policy: { name: 'Exchange Online', policyRules: [{ id: 'mail' }, { id: 'find' }] } },
            {},
          ],
        },
      ],
    });
  });

  test('filter, selection, order and count', async () => {
    const query = new URLSearchParams({
      $filter: "state eq 'enabled' and trafficForwardingType in ('m365')",
      ...{ $select: 'name', $expand: 'policies', $orderby: 'priority desc', $count: 'true' },
    });
    expect(await read(`${base}/forwardingProfiles?${query.toString()}`)).toMatchObject({
      '@odata.count': 1,
      value: [{ id: 'contoso-traffic', name: 'Contoso traffic', policies: [{}, {}] }],
    });
    expect(
      await read(`${base}/forwardingProfiles?$filter=priority lt 5`.replaceAll(' ', '%20')),
    ).toMatchObject({
      value: [],
    });
  });

  test('one profile, its links, one link, policies, one policy, rules, one rule', async () => {
    expect(await read(profilePath)).toMatchObject(plain);
    expect(await read(`${profilePath}/policies?$filter=contains(policy/name,'team')`)).toMatchObject({
      value: [{ id: 'contoso-traffic.teams', policy: { name: 'Teams' } }],
    });
    expect(await read(`${profilePath}/policies/contoso-traffic.teams`)).toMatchObject({ state: 'enabled' });
    expect(await read(`${base}/forwardingPolicies?$top=1`)).toMatchObject({
      '@odata.nextLink': `https://127.0.0.1:${api.port}/beta/networkAccess/forwardingPolicies?%24top=1&%24skip=1`,
      value: [{ name: 'Exchange Online' }],
    });
    expect(await read(`${policyPath}?$expand=policyRules`)).toMatchObject({ policyRules: [{}, {}] });
    expect(await read(`${policyPath}/policyRules?$filter=id eq 'find'`.replaceAll(' ', '%20'))).toMatchObject(
      {
        value: [{ id: 'find', action: 'forward', destinations: [{ value: 'autodiscover.contoso.test' }] }],
      },
    );
    expect(await read(`${policyPath}/policyRules/mail`)).toMatchObject({
      '@odata.type': '#microsoft.graph.networkaccess.m365ForwardingRule',
      id: 'mail',
    });
  });

  test.each([
    `${base}/forwardingProfiles/none`,
    `${base}/forwardingProfiles/none/policies`,
    `${profilePath}/policies/none`,
    `${base}/forwardingPolicies/none`,
    `${policyPath}/policyRules/none`,
  ])('%s does not exist', async (path) => {
    expect(await api.ask('GET', path)).toMatchObject({
      status: 404,
      body: { error: { code: 'ResourceNotFound' } },
    });
  });
});

describe('changing', () => {
  test('a profile, a policy and rules; it lasts, is told who did it, and the files stay', async () => {
    const changed = await api.ask('PATCH', profilePath, { body: { state: 'disabled' } });
    expect(changed).toMatchObject({
      status: 200,
      body: { state: 'disabled', lastModifiedDateTime: '2026-06-01T12:00:00.000Z' },
    });
    await api.ask('PATCH', `${profilePath}/policies/contoso-traffic.teams`, { body: { state: 'disabled' } });
    const rules = [{ ruleId: 'find', action: 'bypass' }];
    expect((await api.ask('POST', `${policyPath}/updatePolicyRules`, { body: { rules } })).status).toBe(204);
    const again = createForwarding({
      profiles: [exampleProfile],
      store: api.store,
      audit: () => undefined,
      now: () => api.clock.now,
    });
    for (const [profile] of [api.forwarding.profiles(), again.profiles()]) {
      expect(profile?.state).toBe('disabled');
      expect(profile?.policies.map(({ state }) => state)).toEqual(['enabled', 'disabled']);
      expect(profile?.policies[0]?.rules.map(({ action }) => action)).toEqual(['forward', 'bypass']);
    }
    expect(exampleProfile.state).toBe('enabled');
    expect(api.store.audit.latest(3).map(({ who, action, detail }) => `${who} ${action} ${detail}`)).toEqual([
      'administrator Global.Secure.Access.Administrator forwardingPolicies.update Exchange Online: find bypass',
      'administrator Global.Secure.Access.Administrator forwardingPolicies.update Contoso traffic, Teams: disabled',
      'administrator Global.Secure.Access.Administrator forwardingProfiles.update Contoso traffic: disabled',
    ]);
  });

  test.each([
    ['PATCH', profilePath, { state: 'unknownFutureValue' }, 'body: state: '],
    ['PATCH', profilePath, { state: 'disabled', name: 'x' }, 'name'],
    ['POST', `${policyPath}/updatePolicyRules`, { rules: [] }, 'body: rules: '],
    [
      'POST',
      `${policyPath}/updatePolicyRules`,
      { rules: [{ ruleId: 'mail', action: 'block' }] },
      'rules[0].action',
    ],
    [
      'POST',
      `${policyPath}/updatePolicyRules`,
      {
        rules: [
          { ruleId: 'mail', action: 'bypass' },
          { ruleId: 'chat', action: 'bypass' },
        ],
      },
      'the policy Exchange Online has no rule chat',
    ],
  ])('%s %s %j changes nothing', async (method, path, body, message) => {
    const before = api.forwarding.profiles();
    expect(await api.ask(method, path, { body })).toMatchObject({
      status: 400,
      body: { error: { code: 'BadRequest', message: expect.stringContaining(message) as unknown } },
    });
    expect(api.forwarding.profiles()).toEqual(before);
    expect(api.store.forwarding.changes()).toEqual([]);
  });
});
