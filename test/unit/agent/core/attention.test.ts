// What needs a look although the connection stands: when each kind is there, and which comes first.
import { expect, test } from 'vitest';
import { attentionList } from '../../../../agent/core/attention.ts';
import type { StatusInputs } from '../../../../agent/core/status-inputs.ts';
import type { SeenQuestion } from '../../../../agent/core/seen-as.ts';
import { seen } from '../../../support/seen-as.ts';
import type { SeenAs } from '../../../../protocol/seen-as.ts';
import type { ConnectionState, Status } from '../../../../protocol/status.ts';
import { edgeAddress, egress, inputs, ownAddress, view, watched } from '../../../support/status-inputs.ts';

const since = '2026-11-23T08:00:00.000Z';
const connected: ConnectionState = { kind: 'connected', edge: 'edge-1.contoso.test', since };
const undecided = { action: 'direct', reason: 'microsoft-undecided' } as const;

/** What the watched destinations will see, by their addresses. */
function seenBy(
  watched: readonly SeenQuestion[],
  ...addresses: readonly (readonly string[])[]
): readonly SeenAs[] {
  return addresses.map((list, i) => seen(list, { group: watched[i]?.group ?? null }));
}

function channel(name: string, state: Status['channels'][number]['state']): Status['channels'][number] {
  return {
    ...{ name, edge: 'edge-1.contoso.test', state, cause: null },
    ...{ protocol: null, sessions: 0, since: null, latencyMs: null, bytesSent: 0, bytesReceived: 0 },
  };
}

function list(changes: Partial<StatusInputs>, seenAs: readonly SeenAs[] = []) {
  return attentionList(inputs(changes), connected, seenAs, 'en');
}

const off = { kind: 'known', view: { ...view, signaling: { status: 'disabled', since } } } as const;
const unchosen = { kind: 'known', view: { ...view, microsoft: null } } as const;
const entra = watched('Entra ID', 'Sign-in', 'anchor');
const graph = watched('Graph', 'Graph', 'anchor');

test('nothing needs a look where all is well', () => {
  expect(
    list(
      {},
      seenBy(inputs().watched, [ownAddress], [edgeAddress], [edgeAddress], [edgeAddress], [edgeAddress]),
    ),
  ).toEqual([]);
});

test('programs that cannot be captured, first and whatever the connection', () => {
  const obstacle = { code: 'nft-missing', detail: '' } as const;
  const capture = {
    ...inputs().capture,
    transparent: {
      state: 'failed' as const,
      ...{ names: 0, subnets: { ipv4: 0, ipv6: 0 }, nameservers: [], obstacles: [obstacle], notCaptured: [] },
    },
  };
  const told = {
    kind: 'capture-impaired',
    cause: 'The program nft is not installed.',
    remedy: 'Install the package nftables, then start the agent again.',
  };
  expect(list({ capture, view: off })).toEqual([told, { kind: 'signaling-disabled', since }]);
  expect(attentionList(inputs({ capture }), { kind: 'no-internet', since }, [], 'en')).toEqual([told]);
});

test('signalling off, since when', () => {
  expect(list({ view: off })).toEqual([{ kind: 'signaling-disabled', since }]);
});

test('an ambiguous address, per family, each candidate once; failed answers name none', () => {
  const ipv6 = egress('ambiguous', null, ['2001:db8::7', '2001:db8::7', '2001:db8::9', '2001:db8::a']);
  const evidence = ipv6.evidence.map((e, i) => (i === 3 ? { ...e, error: 'not-global' } : e));
  const silent = { ...ipv6.evidence[0]!, address: null };
  expect(
    list({ egress: { ipv4: egress('ambiguous', null), ipv6: { ...ipv6, evidence: [...evidence, silent] } } }),
  ).toEqual([
    { kind: 'address-ambiguous', family: 'ipv4', candidates: [] },
    { kind: 'address-ambiguous', family: 'ipv6', candidates: ['2001:db8::7', '2001:db8::9'] },
  ]);
});

test('only unreachable channels, by name', () => {
  const channels = (['up', 'connecting', 'unreachable', 'off', 'paused'] as const).map((s) => channel(s, s));
  expect(list({ channels })).toEqual([{ kind: 'channels-unreachable', unreachable: ['unreachable'] }]);
});

test('two addresses within the Microsoft group are shown with all that is known', () => {
  const both = [entra, graph];
  expect(list({ watched: both }, seenBy(both, [edgeAddress], [ownAddress, '2001:db8::7']))).toEqual([
    {
      kind: 'address-mismatch',
      seen: [
        { group: 'Sign-in', addresses: [edgeAddress] },
        { group: 'Graph', addresses: [ownAddress, '2001:db8::7'] },
      ],
    },
  ]);
  expect(list({ watched: both }, seenBy(both, [edgeAddress], [edgeAddress]))).toEqual([]);
});

test('no choice for Microsoft counts where a destination is affected by it, and the edge has said so', () => {
  const affected = [watched('Entra ID', 'Sign-in', null, undecided)];
  expect(list({ view: unchosen, watched: affected })).toEqual([{ kind: 'microsoft-undecided' }]);
  expect(list({ view: unchosen, watched: [entra] })).toEqual([]);
  expect(list({ watched: affected })).toEqual([]);
  expect(list({ view: { kind: 'awaited' }, watched: affected })).toEqual([]);
});

test('a foreign edge needs a look, one whose view is awaited does not', () => {
  expect(list({ view: { kind: 'foreign' } })).toEqual([{ kind: 'foreign-edge' }]);
  expect(list({ view: { kind: 'awaited' } })).toEqual([]);
});

test('the most consequential comes first', () => {
  const all = list(
    {
      view: { kind: 'known', view: { ...view, microsoft: null, signaling: { status: 'disabled', since } } },
      egress: { ipv4: egress('ambiguous', null), ipv6: egress('none', null) },
      channels: [channel('Microsoft 365', 'unreachable')],
      watched: [entra, watched('Graph', 'Graph', null, undecided)],
      profileFault: 'name: Too small',
    },
    seenBy([entra, graph], [edgeAddress], [ownAddress]),
  );
  expect(all.map(({ kind }) => kind)).toEqual([
    'signaling-disabled',
    'address-ambiguous',
    'channels-unreachable',
    'address-mismatch',
    'microsoft-undecided',
    'profile-refused',
  ]);
});

test('rules for certain programs are told of where they hold for none', () => {
  const fault = { rules: 2, reason: 'accounts-only', lacksCapability: false } as const;
  const kinds = (reach: 'all' | 'other-accounts') =>
    attentionList(
      inputs({ programRuleFault: { ...fault, reach } }),
      { kind: 'no-internet', since },
      [],
      'en',
    );
  expect(kinds('all')).toEqual([
    {
      kind: 'program-rules-idle',
      cause: 'In agent.yaml, 2 rules name programs and apply to no flow: the agent looks up accounts only.',
      remedy: 'Set processes: executable in agent.yaml.',
    },
  ]);
  expect(kinds('other-accounts')).toEqual([]);
});

test('without a connection a refused profile alone is shown', () => {
  const faulty = inputs({ view: off, profileFault: 'name: Too small' });
  expect(attentionList(faulty, { kind: 'no-internet', since }, [], 'en')).toEqual([
    { kind: 'profile-refused', cause: 'name: Too small' },
  ]);
});
