// Every state that people can meet, with the words they then see.
import type { StatusInputs } from '../../agent/core/status-inputs.ts';
import type { Status } from '../../protocol/status.ts';
import { at, edgeAddress, egress, inputs, ownAddress, view, watched } from './status-inputs.ts';

type Shown = Partial<Pick<Status, 'shield' | 'title' | 'sentence' | 'cause' | 'remedy'>>;

export const both = {
  ipv4: egress('confirmed', ownAddress),
  ipv6: egress('confirmed', '2001:db8::7'),
};
const direct = (reason: string) => ({ action: 'direct', reason }) as const;
const allDirect = (reason: string) => [
  watched('login.contoso.test', null, 'proxy-v2', direct(reason)),
  watched('Entra ID', 'Sign-in', 'anchor', direct(reason)),
];
const waits = { action: 'tunnel', reason: 'edge-awaited' } as const;
const link = { kind: 'connecting', attempt: 1, since: at('09:49:00'), cause: null } as const;
const connectingWatched = [
  watched('login.contoso.test', null, 'proxy-v2', waits),
  watched('Entra ID', 'Sign-in', 'anchor', waits),
  watched('Exchange', 'Exchange', 'anchor', direct('hardening-bypass')),
];
const offSentence =
  'Microsoft traffic leaves directly. Every service, Entra ID included, will see your own address, 203.0.113.7 or 2001:db8::7.';

/** What is different from the connected state, and what is then shown. */
export const statusTable: readonly [string, Partial<StatusInputs>, Shown][] = [
  [
    'connected',
    {},
    {
      shield: 'on',
      title: 'Connected',
      sentence: `login.contoso.test will see your address, ${ownAddress}. Entra ID will see the edge, ${edgeAddress}.`,
      cause: null,
      remedy: null,
    },
  ],
  [
    'connected, the address is still being asked for',
    { egress: { ipv4: egress('detecting', null), ipv6: egress('unknown', null) } },
    {
      sentence: `login.contoso.test will see your address, which is being checked. Entra ID will see the edge, ${edgeAddress}.`,
    },
  ],
  [
    'an address from before a network change is not shown',
    { egress: { ipv4: egress('stale', ownAddress), ipv6: egress('none', null) } },
    {
      sentence: `login.contoso.test will see your address, which is being checked. Entra ID will see the edge, ${edgeAddress}.`,
    },
  ],
  [
    'two addresses in the Microsoft group',
    {
      watched: [
        watched('Entra ID', 'Sign-in', 'anchor'),
        watched('Graph', 'Graph', 'anchor'),
        watched('SharePoint', 'SharePoint', null, direct('rule-bypass')),
      ],
    },
    {
      shield: 'attention',
      title: 'Connected, 1 thing to look at',
      sentence: `Sign-in and Graph will see ${edgeAddress}, SharePoint will see ${ownAddress}.`,
      cause: 'SharePoint leaves directly (the rule says bypass); the others go through the edge.',
      remedy: 'Show in Source address.',
    },
  ],
  [
    'no choice made for Microsoft',
    {
      view: { kind: 'known', view: { ...view, microsoft: null } },
      egress: both,
      watched: [watched('Entra ID', 'Sign-in', null, direct('microsoft-undecided'))],
    },
    {
      shield: 'attention',
      title: 'Connected, 1 thing to look at',
      sentence: 'Entra ID will see your own address, 203.0.113.7 or 2001:db8::7.',
      cause: "Contoso has not chosen anchor or direct for Microsoft's services.",
      remedy: 'Ask Contoso IT to choose.',
    },
  ],
  [
    'signalling off',
    {
      view: {
        kind: 'known',
        view: { ...view, signaling: { status: 'disabled', since: '2026-11-23T08:55:00.000Z' } },
      },
    },
    {
      shield: 'attention',
      title: 'Connected, addresses not passed on',
      sentence: `login.contoso.test and Entra ID will see the edge, ${edgeAddress}.`,
      cause: 'Contoso turned signalling off at 08:55.',
      remedy: 'Ask Contoso IT if sign-in fails.',
    },
  ],
  [
    'address not proven',
    { egress: { ipv4: egress('ambiguous', null, [ownAddress, '203.0.113.9']), ipv6: egress('none', null) } },
    {
      shield: 'attention',
      title: 'Address not proven',
      sentence: `login.contoso.test will see your address, which is not proven. Entra ID will see the edge, ${edgeAddress}.`,
      cause: 'Two checks disagree: 203.0.113.7 and 203.0.113.9.',
      remedy: 'Check now. If it stays, tell IT that this network has several uplinks.',
    },
  ],
  [
    'a foreign edge says nothing',
    { view: { kind: 'foreign' } },
    {
      shield: 'attention',
      title: 'Connected, 1 thing to look at',
      sentence: 'login.contoso.test and Entra ID will see what this edge shows, which it does not say.',
    },
  ],
  [
    'two things at once',
    {
      view: {
        kind: 'known',
        view: { ...view, signaling: { status: 'disabled', since: '2026-11-22T08:55:00.000Z' } },
      },
      profileFault: 'policies[0].rules[0].ports[0]: must be a port',
    },
    {
      shield: 'attention',
      title: 'Connected, 2 things to look at',
      cause: 'Contoso turned signalling off on 22 November at 08:55.',
    },
  ],
  [
    'a channel is unreachable',
    {
      channels: [
        {
          name: 'Microsoft 365',
          edge: 'edge-1',
          state: 'unreachable',
          protocol: null,
          sessions: 0,
          since: null,
          latencyMs: null,
          bytesSent: 0,
          bytesReceived: 0,
          cause: 'edge-1 gave Microsoft 365 no answer within 5 s.',
        },
      ],
    },
    {
      shield: 'attention',
      title: '1 of 1 channels unreachable',
      cause: 'edge-1 gave Microsoft 365 no answer within 5 s.',
    },
  ],
  [
    'connecting',
    {
      link: { kind: 'connecting', attempt: 2, since: at('09:49:00'), cause: 'The network changed at 09:41.' },
      watched: connectingWatched,
    },
    {
      shield: 'busy',
      title: 'Connecting',
      sentence: 'Until an edge answers, sign-in waits and the rest leaves directly.',
      cause: 'The network changed at 09:41. Attempt 2.',
      remedy: 'Nothing to do.',
    },
  ],
  [
    'connecting, and the organisation has an app that waits',
    {
      link,
      watched: [
        watched('app.contoso.test', null, null, { ...waits, authentication: null }),
        watched('Entra ID', 'Sign-in', null, direct('microsoft-direct')),
      ],
    },
    { sentence: 'Until an edge answers, app.contoso.test waits and the rest leaves directly.' },
  ],
  [
    'connecting, and many things wait',
    {
      link,
      watched: ['a', 'b', 'c', 'd'].map((name) =>
        watched(`${name}.test`, null, null, { ...waits, authentication: null }),
      ),
    },
    { sentence: 'Until an edge answers, a.test, b.test and 2 others wait and the rest leaves directly.' },
  ],
  [
    'connecting, and nothing waits',
    { link, watched: allDirect('microsoft-direct') },
    { sentence: 'Until an edge answers, everything leaves directly.' },
  ],
  [
    'connected, before the edge has told its view',
    {
      view: { kind: 'awaited' },
      watched: [watched('Entra ID', 'Sign-in', null, waits)],
    },
    { sentence: 'Entra ID will see an address that the edge has not told yet.' },
  ],
  [
    'paused',
    {
      mode: { kind: 'paused', since: at('09:41:00'), until: at('09:51:00') },
      egress: both,
      watched: allDirect('paused'),
    },
    {
      shield: 'off',
      title: 'Paused',
      sentence: offSentence,
      cause: 'By you at 09:41, until 09:51.',
      remedy: 'Resume now.',
    },
  ],
  [
    'off by the person',
    { mode: { kind: 'disconnected', since: at('09:12:00') }, egress: both },
    {
      shield: 'off',
      title: 'Off',
      sentence: offSentence,
      cause: 'You turned OpenGSA off at 09:12.',
      remedy: 'Turn on.',
    },
  ],
  [
    'the profile switched off by the person',
    {
      egress: both,
      profiles: inputs().profiles.map((p) => ({ ...p, enabled: false, changedAt: at('09:12:00') })),
    },
    { shield: 'off', title: 'Off', sentence: offSentence, cause: 'You turned the profile off at 09:12.' },
  ],
  [
    'off by the organisation',
    { egress: both, profiles: inputs().profiles.map((p) => ({ ...p, enabled: false, locked: true })) },
    {
      shield: 'off-by-organisation',
      title: 'Turned off by your organisation',
      sentence: offSentence,
      cause: 'Contoso has assigned no active profile to you.',
      remedy: 'Get the latest profile, or ask Contoso IT.',
    },
  ],
  [
    'not enrolled',
    { enrolment: null },
    {
      shield: 'off',
      title: 'Not enrolled',
      sentence:
        'OpenGSA changes nothing until you join. All traffic leaves directly, and every service sees your own address.',
      cause: 'This device belongs to no organisation yet.',
      remedy: "Continue with the edge's address or the invitation.",
    },
  ],
  [
    'edge unreachable',
    {
      link: {
        kind: 'unreachable',
        since: at('09:40:00'),
        cause: 'TCP port 443 of edge-1 and edge-2 gave no answer within 5 s.',
        retryAt: at('09:50:08'),
      },
      watched: [
        watched('login.contoso.test', null, 'proxy-v2', { action: 'block', reason: 'hardening-block' }),
        watched('Exchange', 'Exchange', 'anchor', direct('hardening-bypass')),
      ],
    },
    {
      shield: 'error',
      title: 'Edge unreachable',
      sentence:
        'No edge answers. New sign-ins fail until one does. Other Microsoft 365 traffic leaves directly.',
      cause: 'TCP port 443 of edge-1 and edge-2 gave no answer within 5 s.',
      remedy: 'Try now, or another network.',
    },
  ],
  [
    'edge unreachable while nothing is blocked',
    {
      link: { kind: 'unreachable', since: at('09:40:00'), cause: 'No answer.', retryAt: null },
      watched: [watched('Entra ID', 'Sign-in', null, direct('microsoft-direct'))],
    },
    { sentence: 'No edge answers. Sign-ins leave directly meanwhile.' },
  ],
  [
    'device refused',
    {
      link: {
        kind: 'refused',
        edge: 'edge-1',
        since: at('09:40:00'),
        cause: 'Contoso revoked its certificate on 21 November.',
      },
    },
    {
      shield: 'error',
      title: 'Edge refuses this device',
      cause: 'Contoso revoked its certificate on 21 November.',
      remedy: 'Ask Contoso IT for an invitation, then enrol again.',
    },
  ],
  [
    'edge not proven',
    {
      link: {
        kind: 'untrusted',
        edge: 'edge-1',
        since: at('09:40:00'),
        cause: 'Another authority signed it.',
      },
    },
    { shield: 'error', title: 'Edge not proven', cause: 'Another authority signed it.' },
  ],
  [
    'sign in needed',
    { link: { kind: 'sign-in-needed', since: at('09:30:00'), cause: 'Your session ended at 09:30.' } },
    {
      shield: 'error',
      title: 'Sign in needed',
      sentence: 'The edge takes part of your traffic only when you have signed in.',
      cause: 'Your session ended at 09:30.',
      remedy: 'Sign in.',
    },
  ],
  [
    'no internet',
    { link: { kind: 'no-internet', since: at('09:30:00') } },
    {
      shield: 'error',
      title: 'No internet',
      sentence: 'This device is offline. OpenGSA connects by itself when it is back.',
      remedy: 'Check Wi-Fi or cable.',
    },
  ],
  [
    'captive portal',
    { link: { kind: 'captive-portal', since: at('09:30:00'), page: '192.0.2.1' } },
    {
      shield: 'error',
      title: 'This network wants a sign-in',
      cause: 'The internet check was sent to 192.0.2.1.',
      remedy: 'Open the page.',
    },
  ],
];
