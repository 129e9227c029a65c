// What one device is told: profiles as they are in force, in order, and nothing at all while break-glass holds.
import { expect, test } from 'vitest';
import type { DeviceFacts } from '../../../../edge/core/assignment.ts';
import {
  type DistributedState,
  documentContent,
  profileNames,
} from '../../../../edge/core/device-document.ts';
import { identifyProfiles } from '../../../../edge/core/forwarding-changes.ts';
import { exampleProfile } from '../../../support/admin-profile.ts';

const facts: DeviceFacts = { device: 'laptop', groups: [], platform: null, people: [], onlyProfile: null };
const state: DistributedState = {
  profiles: identifyProfiles([exampleProfile, { ...exampleProfile, name: 'Apps', priority: 5 }]),
  revisions: new Map([['apps', 3]]),
  assignments: [
    { profile: 'contoso-traffic', target: 'all', name: '', effect: 'include', priority: null },
    { profile: 'apps', target: 'all', name: '', effect: 'include', priority: 200 },
    { profile: 'gone', target: 'all', name: '', effect: 'include', priority: null },
  ],
  breakGlass: null,
};

test('its profiles in order, with the priorities of their assignments and the revisions of what was published', () => {
  const { profiles, breakGlass } = documentContent(state, facts);
  expect(breakGlass).toBeNull();
  expect(profiles?.map(({ name, revision, profile }) => [name, revision, profile.priority])).toEqual([
    ['contoso-traffic', null, 100],
    ['apps', 3, 200],
  ]);
});

test('nothing is distributed, or nothing to this device', () => {
  expect(documentContent({ ...state, assignments: [] }, facts)).toEqual({ breakGlass: null, profiles: null });
  const elsewhere = {
    profile: 'apps',
    target: 'device',
    name: 'x',
    effect: 'include',
    priority: null,
  } as const;
  expect(documentContent({ ...state, assignments: [elsewhere] }, facts).profiles).toEqual([]);
});

test('break-glass sends no profile, assigned or not', () => {
  const since = '2026-06-01T12:00:00.000Z';
  for (const assignments of [state.assignments, []]) {
    expect(documentContent({ ...state, assignments, breakGlass: since }, facts)).toEqual({
      ...{ breakGlass: { since }, profiles: [] },
    });
  }
});

test('names of profiles are words, each once', () => {
  const names = profileNames([
    { id: 'Contoso Apps' },
    { id: 'contoso-apps' },
    { id: '§' },
    { id: 'x'.repeat(90) },
  ]);
  expect([...names.values()]).toEqual(['contoso-apps', 'contoso-apps-2', 'profile', 'x'.repeat(60)]);
});
