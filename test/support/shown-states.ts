// Every state of the connection, with the outline of its shield, and every kind of attention: for tests of their words.
import type { Attention, ConnectionState, Status } from '../../protocol/status.ts';

export const since = '2026-11-23T09:30:00.000Z';
export const cause = 'A cause that is told.';
export const edge = 'edge-1.contoso.test';

type StateOf<K> = Extract<ConnectionState, { kind: K }>;
export const states: { readonly [K in ConnectionState['kind']]: readonly [StateOf<K>, Status['shield']] } = {
  'not-enrolled': [{ kind: 'not-enrolled' }, 'off'],
  disabled: [{ kind: 'disabled', by: 'user', since }, 'off'],
  paused: [{ kind: 'paused', since, until: '2026-11-23T10:30:00.000Z' }, 'off'],
  connecting: [{ kind: 'connecting', attempt: 2, since }, 'busy'],
  connected: [{ kind: 'connected', edge, since }, 'on'],
  'edge-unreachable': [{ kind: 'edge-unreachable', since, cause, retryAt: null }, 'error'],
  'device-refused': [{ kind: 'device-refused', edge, since, cause }, 'error'],
  'edge-untrusted': [{ kind: 'edge-untrusted', edge, since, cause }, 'error'],
  'sign-in-needed': [{ kind: 'sign-in-needed', since, cause }, 'error'],
  'no-internet': [{ kind: 'no-internet', since }, 'error'],
  'captive-portal': [{ kind: 'captive-portal', since, page: null }, 'error'],
};
const organisationOff: StateOf<'disabled'> = { kind: 'disabled', by: 'organisation', since };
export const everyState: readonly (readonly [ConnectionState, Status['shield']])[] = [
  ...Object.values(states),
  [organisationOff, 'off-by-organisation'],
];

type AttentionOf = { readonly [K in Attention['kind']]: Extract<Attention, { kind: K }> };

export const everyAttention: AttentionOf = {
  'signaling-disabled': { kind: 'signaling-disabled', since: '2026-11-22T08:55:00.000Z' },
  'microsoft-undecided': { kind: 'microsoft-undecided' },
  'address-ambiguous': {
    kind: 'address-ambiguous',
    family: 'ipv4',
    candidates: ['203.0.113.7', '203.0.113.9'],
  },
  'address-mismatch': {
    kind: 'address-mismatch',
    seen: [
      { group: 'Sign-in', addresses: ['198.51.100.5'] },
      { group: 'Graph', addresses: ['203.0.113.7'] },
    ],
  },
  'channels-unreachable': { kind: 'channels-unreachable', unreachable: ['Microsoft 365'] },
  'foreign-edge': { kind: 'foreign-edge' },
  'capture-impaired': {
    kind: 'capture-impaired',
    cause: 'The program nft is not there.',
    remedy: 'Install the package nftables, then start the agent again.',
  },
  'program-rules-idle': {
    kind: 'program-rules-idle',
    cause: 'In agent.yaml, 1 rule names programs and applies to no flow: the agent looks up accounts only.',
    remedy: 'Set processes: executable in agent.yaml.',
  },
  'profile-refused': { kind: 'profile-refused', cause: 'microsoft.json: policies[0].name: Too small' },
};
