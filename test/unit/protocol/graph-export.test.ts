// A profile as Graph's clients read it; that reading gives the same again stands with the importer's tests.
import { expect, test } from 'vitest';
import { exportGraph } from '../../../protocol/graph-export.ts';
import type { Profile } from '../../../protocol/profile.ts';

const profile: Profile = {
  name: 'Contoso',
  state: 'enabled',
  version: '1',
  trafficForwardingType: 'm365',
  priority: 5,
  policies: [
    {
      name: 'Apps',
      state: 'disabled',
      rules: [
        {
          ...{ id: 'r1', name: 'app', action: 'forward', clientFallbackAction: 'block', category: 'default' },
          ...{ protocol: 'tcp', ports: ['443'], ruleType: 'fqdn', serviceArea: 'Common' },
          destinations: [{ value: 'app.contoso.test' }],
        },
      ],
    },
  ],
};

test('links, policies, rules and destinations carry their types; our own fields stay here', () => {
  expect(exportGraph(profile)).toMatchObject({
    name: 'Contoso',
    associations: [],
    policies: [
      {
        '@odata.type': '#microsoft.graph.networkaccess.forwardingPolicyLink',
        state: 'disabled',
        version: '1',
        policy: {
          name: 'Apps',
          policyRules: [
            {
              '@odata.type': '#microsoft.graph.networkaccess.m365ForwardingRule',
              destinations: [
                { '@odata.type': '#microsoft.graph.networkaccess.fqdn', value: 'app.contoso.test' },
              ],
            },
          ],
        },
      },
    ],
  });
  expect(JSON.stringify(exportGraph(profile))).not.toContain('serviceArea');
});
