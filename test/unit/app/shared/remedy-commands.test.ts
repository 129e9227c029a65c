import { expect, test } from 'vitest';
import { remedyCommands } from '../../../../app/shared/remedy-commands.ts';

test.each([
  ['opengsa profile enable microsoft', ['opengsa profile enable microsoft']],
  ['start it: opengsa agent --config agent.yaml, or its service', ['opengsa agent --config agent.yaml']],
  [
    'importieren Sie sie erneut: opengsa locations import FILE, oder verwerfen Sie sie: opengsa locations clear',
    ['opengsa locations import FILE', 'opengsa locations clear'],
  ],
  ['set the clock: sudo timedatectl set-ntp true; if it is right, ask', ['sudo timedatectl set-ntp true']],
  ['see that it is open, then "opengsa egress --refresh"', ['opengsa egress --refresh']],
  [
    'put {"policies":{"DNSOverHTTPS":{"Enabled":false}}} into /etc/firefox/policies/policies.json',
    ['{"policies":{"DNSOverHTTPS":{"Enabled":false}}}'],
  ],
  ['opengsa connect tries at once; see the log of the edge for a refusal', []],
  ['ask your administrator: the network may inspect TLS', []],
])('%s', (remedy, commands) => {
  expect(remedyCommands(remedy)).toEqual(commands);
});
