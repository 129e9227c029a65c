// The tray for every state of the agent and of its link, in both languages.
import { describe, expect, test } from 'vitest';
import { trayModel } from '../../../../app/shared/tray-model.ts';
import type { Status } from '../../../../protocol/status.ts';
import type { AgentLink, WindowState } from '../../../../protocol/window.ts';
import { exampleStatus } from '../../../support/example-status.ts';
import { everyState, since } from '../../../support/shown-states.ts';
import { trayItem } from '../../../support/tray.ts';

const timeOf = (iso: string): string => iso.slice(11, 16);
const profile: Status['profiles'][number] = {
  ...{ name: 'microsoft', title: 'Microsoft', version: '1', enabled: true, locked: false },
  ...{ policies: 6, rules: 100 },
};

function live(changes: Partial<Status>): WindowState {
  return { link: { kind: 'live' }, status: { ...exampleStatus(), profiles: [profile], ...changes } };
}
const connected: Partial<Status> = {
  ...{ connection: { kind: 'connected', edge: 'edge-1', since }, shield: 'on', title: 'Connected' },
};
const model = (state: WindowState, language: 'en' | 'de' = 'en') => trayModel(state, language, timeOf);
const labels = (state: WindowState, language: 'en' | 'de' = 'en') =>
  model(state, language).menu.map((item) => (item.type === 'separator' ? '—' : item.label));

test('connected', () => {
  const state = live(connected);
  expect(labels(state)).toEqual([
    ...['Connected through edge-1', 'Microsoft traffic profile', 'Pause for 10 minutes', '—'],
    ...['Connection status…', 'Advanced diagnostics…', 'Collect logs…', '—'],
    ...['Settings…', 'About OpenGSA', 'Quit window (routing keeps running)'],
  ]);
  expect(labels(state, 'de')).toEqual([
    ...['Verbunden über edge-1', 'Microsoft-Datenverkehrsprofil', '10 Minuten pausieren', '—'],
    ...['Verbindungsstatus…', 'Erweiterte Diagnose…', 'Protokolle sammeln…', '—'],
    ...['Einstellungen…', 'Über OpenGSA', 'Fenster beenden (Weiterleitung läuft weiter)'],
  ]);
  expect(trayItem(model(state), 'microsoft-profile')).toMatchObject({
    ...{ type: 'checkbox', checked: true, enabled: true },
  });
  expect(trayItem(model(state), 'state')).toMatchObject({ enabled: false });
});

test('paused: until when, the profile stays on, and the pause can be ended', () => {
  const until = '2026-11-23T09:51:00.000Z';
  const state = live({ connection: { kind: 'paused', since, until }, shield: 'off', title: 'Paused' });
  expect(model(state)).toMatchObject({ icon: 'off', tooltip: 'Paused until 09:51' });
  expect(labels(state).slice(0, 3)).toEqual([
    'Paused until 09:51',
    'Microsoft traffic profile',
    'Resume now',
  ]);
  expect(trayItem(model(state), 'microsoft-profile')).toMatchObject({ checked: true });
});

test('turned off by the organisation: locked, and nothing to pause', () => {
  const state = live({
    connection: { kind: 'disabled', by: 'organisation', since },
    shield: 'off-by-organisation',
    title: 'Turned off by your organisation',
    profiles: [{ ...profile, enabled: false, locked: true }],
  });
  expect(model(state)).toMatchObject({
    icon: 'off-by-organisation',
    tooltip: 'Turned off by your organisation',
  });
  expect(labels(state).slice(0, 3)).toEqual([
    'Turned off by your organisation',
    'Microsoft traffic profile (locked)',
    'Pause (nothing to pause)',
  ]);
  expect(labels(state).at(-1)).toBe('Quit window');
  expect(trayItem(model(state), 'microsoft-profile')).toMatchObject({ checked: false, enabled: false });
  expect(trayItem(model(state), 'pause')).toMatchObject({ enabled: false });
});

test('off by the person, with the profile itself on: the switch is off and can be turned on', () => {
  const state = live({ connection: { kind: 'disabled', by: 'user', since }, shield: 'off', title: 'Off' });
  expect(trayItem(model(state), 'microsoft-profile')).toMatchObject({ checked: false, enabled: true });
});

test('connected: the tip counts the services that see the own address', () => {
  const seen = exampleStatus().seenAs;
  expect(model(live({ ...connected, seenAs: seen })).tooltip).toBe('Connected');
  const own = { whose: 'own' } as Status['seenAs'][number];
  const edge = { whose: 'edge' } as Status['seenAs'][number];
  const tip = (...seenAs: Status['seenAs']) => model(live({ ...connected, seenAs })).tooltip;
  expect(tip(own, own, own, edge)).toBe('Connected. 3 services will see your own address');
  expect(tip(own)).toBe('Connected. 1 service will see your own address');
  expect(tip(edge)).toBe('Connected');
});

const links: readonly (readonly [AgentLink, string])[] = [
  [{ kind: 'starting' }, 'starting'],
  [{ kind: 'absent', since }, 'not running'],
  [{ kind: 'denied', since, cause: 'You are not in the group opengsa.' }, 'no access'],
  [{ kind: 'refused', since, cause: 'version 2' }, 'cannot talk to the service'],
];
test.each(links)('link %o: what cannot be chosen says why, and no older state is shown', (link, why) => {
  const state: WindowState = { link, status: { ...exampleStatus(), ...connected, profiles: [profile] } };
  expect(labels(state).slice(1, 3)).toEqual([`Microsoft traffic profile (${why})`, `Pause (${why})`]);
  expect(JSON.stringify(model(state))).not.toContain('edge-1');
  expect(trayItem(model(state), 'microsoft-profile')).toMatchObject({ checked: false, enabled: false });
  expect(labels(state).at(-1)).toBe('Quit window');
});

describe.each(['en', 'de'] as const)('in %s, for every state', (language) => {
  const states = everyState.map(([connection, shield]) =>
    live({ connection, shield, title: `T ${connection.kind}` }),
  );

  test('order and ids are the same, the icon is the state’s, and every label says something', () => {
    for (const state of states) {
      const { icon, tooltip, menu } = model(state, language);
      expect(icon).toBe(state.status?.shield);
      expect(tooltip).toMatch(/\S/);
      const ids = menu.map((item) => (item.type === 'separator' ? '—' : item.id)).join(' ');
      expect(ids).toMatch(
        /^state microsoft-profile (pause|resume) — status diagnostics collect-logs — settings about quit$/,
      );
      for (const item of menu) if (item.type !== 'separator') expect(item.label).toMatch(/\S/);
    }
  });

  test('whatever is disabled but the first line has its reason in brackets', () => {
    for (const state of states) {
      for (const item of model(state, language).menu.slice(1)) {
        if (item.type !== 'separator' && !item.enabled) expect(item.label).toMatch(/\(.+\)$/);
      }
    }
  });
});
