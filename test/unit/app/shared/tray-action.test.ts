// What choosing an item of the tray's menu does.
import { expect, test } from 'vitest';
import { trayAction } from '../../../../app/shared/tray-action.ts';
import type { Status } from '../../../../protocol/status.ts';
import type { WindowState } from '../../../../protocol/window.ts';
import { exampleStatus } from '../../../support/example-status.ts';
import { edge, since } from '../../../support/shown-states.ts';

function live(connection: Status['connection'], enabled: boolean, locked = false): WindowState {
  const profile = { name: 'microsoft', title: '', version: '1', enabled, locked, policies: 1, rules: 1 };
  return { link: { kind: 'live' }, status: { ...exampleStatus(), connection, profiles: [profile] } };
}
const connected = live({ kind: 'connected', edge, since }, true);

test.each([
  ['connected: off', connected, [{ call: 'profile.set', params: { name: 'microsoft', enabled: false } }]],
  [
    'the profile is off, and all of OpenGSA may be: both on',
    live({ kind: 'disabled', by: 'user', since }, false),
    [
      { call: 'connect', params: {} },
      { call: 'profile.set', params: { name: 'microsoft', enabled: true } },
    ],
  ],
  [
    'all of OpenGSA is off and the profile on: all of it on',
    live({ kind: 'disabled', by: 'user', since }, true),
    [{ call: 'connect', params: {} }],
  ],
] as const)('the switch of the profile, %s', (_, state, expected) => {
  expect(trayAction('microsoft-profile', state)).toEqual({ kind: 'calls', calls: expected });
});

test('the switch does nothing where it is locked, where there is no profile and where no agent answers', () => {
  const locked = live({ kind: 'disabled', by: 'organisation', since }, false, true);
  const none: WindowState = { link: { kind: 'live' }, status: exampleStatus() };
  const gone: WindowState = { ...connected, link: { kind: 'absent', since } };
  for (const state of [locked, none, gone]) expect(trayAction('microsoft-profile', state)).toBeNull();
});

test('the other items', () => {
  expect(trayAction('state', connected)).toBeNull();
  expect(trayAction('pause', connected)).toEqual({
    ...{ kind: 'calls', calls: [{ call: 'pause', params: { minutes: 10 } }] },
  });
  expect(trayAction('resume', connected)).toEqual({ kind: 'calls', calls: [{ call: 'resume', params: {} }] });
  expect(trayAction('status', connected)).toEqual({ kind: 'open', window: { view: 'status' } });
  expect(trayAction('settings', connected)).toEqual({ kind: 'open', window: { view: 'settings' } });
  expect(trayAction('diagnostics', connected)).toEqual({
    kind: 'open',
    window: { view: 'diagnostics', tab: null },
  });
  expect(trayAction('collect-logs', connected)).toEqual({
    kind: 'open',
    window: { view: 'diagnostics', tab: 'log-collection' },
  });
  expect(trayAction('about', connected)).toEqual({ kind: 'about' });
  expect(trayAction('quit', connected)).toEqual({ kind: 'quit' });
});
