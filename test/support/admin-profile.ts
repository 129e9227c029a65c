// A small traffic profile for the administration API: two policies, one with two rules.
import type { Profile, Rule } from '../../protocol/profile.ts';

const rule = (id: string, host: string): Rule => ({
  ...{ id, name: `M365 ${id}`, action: 'forward', clientFallbackAction: 'bypass', category: 'default' },
  ...{ protocol: 'tcp', ports: ['443'], ruleType: 'fqdn', destinations: [{ value: host }] },
});

export const exampleProfile: Profile = {
  ...{
    name: 'Contoso traffic',
    state: 'enabled',
    version: '1.0.0',
    trafficForwardingType: 'm365',
    priority: 100,
  },
  policies: [
    {
      name: 'Exchange Online',
      state: 'enabled',
      rules: [rule('mail', 'mail.contoso.test'), rule('find', 'autodiscover.contoso.test')],
    },
    { name: 'Teams', state: 'enabled', rules: [rule('chat', 'chat.contoso.test')] },
  ],
};
