// The text for whoever helps: the words of the window, and the facts below them; of an older state nothing.
import { expect, test } from 'vitest';
import { detailsText } from '../../../../../app/renderer/status/details-model.ts';
import { windowWords } from '../../../../../app/shared/window-words.ts';
import { linkStates, rowState, shownAt } from '../../../../support/shown-windows.ts';

const textOf = (state: Parameters<typeof windowWords>[0]): string =>
  detailsText(
    windowWords(state, 'en', (iso) => iso),
    state,
    '0.1.0',
    shownAt,
  );

test('sentence, device, profile, addresses and channels', () => {
  const lines = textOf(rowState('connected')).split('\n');
  expect(lines.slice(0, 2)).toEqual([
    'Connected',
    'login.contoso.test will see your address, 203.0.113.7. Entra ID will see the edge, 198.51.100.5.',
  ]);
  expect(lines).toContain('OpenGSA 0.1.0, 2026-11-23T09:50:00.000Z');
  expect(lines).toContain('Device: WS-0417, certificate until 2027-11-23T00:00:00.000Z');
  expect(lines).toContain('Profile: Microsoft traffic profile, version 2025-12-01, on, 90 rules');
  expect(lines).toContain('Own IPv4: 203.0.113.7 (confirmed)');
  expect(lines).toContain('Channel: Sign-in and Graph, up, edge-1, 18 ms');
});

test('cause and remedy where there are some', () => {
  expect(textOf(rowState('edge unreachable'))).toContain(
    'TCP port 443 of edge-1 and edge-2 gave no answer within 5 s.\nTry now, or another network.\n',
  );
});

test('without the agent no address is told', () => {
  const { status } = rowState('connected');
  const text = textOf({ ...linkStates['agent not running']!, status });
  expect(text).toContain('Link: absent');
  expect(text).not.toContain('203.0.113.7');
});

test('an edge that told nothing is not said to lack a family', () => {
  const state = rowState('connected');
  const told = (ipv4: string | null): string =>
    textOf({ ...state, status: { ...state.status!, edgeEgress: { ipv4, ipv6: null } } });
  expect(told('198.51.100.5')).toContain('Edge: 198.51.100.5, no IPv6\n');
  expect(told(null)).toContain('Edge: not told\n');
});
