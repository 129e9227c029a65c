// What turns the Microsoft traffic profile on and off, and which profile that is.
import { expect, test } from 'vitest';
import { microsoftProfileName } from '../../../../agent/policy/profile-set.ts';
import { microsoftProfile, switchCalls } from '../../../../app/shared/profile-switch.ts';
import { rowState } from '../../../support/shown-windows.ts';

test('on asks for all that is missing, off for the profile alone', () => {
  const calls = (row: string, on: boolean) => switchCalls(rowState(row).status!, on);
  expect(calls('connected', false)).toEqual([
    { call: 'profile.set', params: { name: 'microsoft', enabled: false } },
  ]);
  expect(calls('off by the person', true)).toEqual([{ call: 'connect', params: {} }]);
  expect(calls('the profile switched off by the person', true)).toEqual([
    { call: 'connect', params: {} },
    { call: 'profile.set', params: { name: 'microsoft', enabled: true } },
  ]);
});

test('the profile is known by the name that the agent has for it', () => {
  const { status } = rowState('connected');
  expect(microsoftProfile(status!)?.name).toBe(microsoftProfileName);
});
