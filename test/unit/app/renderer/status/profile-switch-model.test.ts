// The switch of the Microsoft profile: its position, whether it can be used, and what it asks of the agent.
import { expect, test } from 'vitest';
import { profileSwitch } from '../../../../../app/renderer/status/profile-switch-model.ts';
import { linkStates, rowState } from '../../../../support/shown-windows.ts';

test.each([
  ['connected', { on: true, held: false, disabled: false, caption: 'on' }],
  ['paused', { on: true, held: true, disabled: false, caption: 'after-pause' }],
  ['connecting', { on: true, held: true, disabled: false, caption: 'when-edge-answers' }],
  ['edge unreachable', { on: true, held: true, disabled: false, caption: 'when-edge-answers' }],
  ['off by the person', { on: false, held: false, disabled: false, caption: 'off' }],
  ['the profile switched off by the person', { on: false, disabled: false, caption: 'off' }],
  ['off by the organisation', { on: false, disabled: true, caption: 'locked' }],
])('%s', (row, expected) => {
  expect(profileSwitch(rowState(row))).toMatchObject(expected);
});

test('it says what it covers: the groups that go through the edge', () => {
  expect(profileSwitch(rowState('connected'))?.covers).toEqual([
    'Sign-in',
    'Graph',
    'Exchange',
    'SharePoint',
  ]);
  expect(profileSwitch(rowState('two addresses in the Microsoft group'))?.covers).toEqual([
    'Sign-in',
    'Graph',
  ]);
});

test('nobody answers: it cannot be used and says so; nothing joined: there is none', () => {
  expect(profileSwitch(linkStates['agent not running']!)).toMatchObject({
    disabled: true,
    caption: 'not-running',
  });
  expect(profileSwitch(linkStates.starting!)).toBeNull();
  expect(profileSwitch(rowState('not enrolled'))).toBeNull();
  const { link, status } = rowState('connected');
  expect(profileSwitch({ link, status: { ...status!, profiles: [] } })).toBeNull();
});
