// Which remedy a window can do, for every state and every thing to look at.
import { expect, test } from 'vitest';
import {
  attentionAction,
  remedyAction,
  saysWholeRemedy,
} from '../../../../../app/renderer/status/remedy-action-model.ts';
import { everyAttention } from '../../../../support/shown-states.ts';
import { linkStates, rowState } from '../../../../support/shown-windows.ts';

test.each([
  ['connected', null],
  ['two addresses in the Microsoft group', 'show-source-address'],
  ['no choice made for Microsoft', null],
  ['signalling off', null],
  ['address not proven', 'check-addresses'],
  ['a channel is unreachable', 'health-check'],
  ['connecting', null],
  ['paused', 'resume'],
  ['off by the person', 'turn-on'],
  ['the profile switched off by the person', 'turn-on'],
  ['off by the organisation', null],
  ['not enrolled', 'show-how'],
  ['edge unreachable', 'try-now'],
  ['device refused', null],
  ['edge not proven', 'try-now'],
  ['sign in needed', 'sign-in'],
  ['no internet', null],
  ['captive portal', 'open-page'],
] as const)('%s: %s', (row, action) => {
  expect(remedyAction(rowState(row))).toBe(action);
});

test('without the agent only its documentation helps', () => {
  expect(Object.values(linkStates).map(remedyAction)).toEqual([null, 'show-how', null, null]);
});

test('a portal without a page that is known cannot be opened', () => {
  const { link, status } = rowState('captive portal');
  const connection = { kind: 'captive-portal', since: '2026-11-23T09:30:00.000Z', page: null } as const;
  expect(remedyAction({ link, status: status && { ...status, connection } })).toBeNull();
});

test('only what this person can do here has a button', () => {
  const doable = Object.values(everyAttention).filter((kind) => attentionAction(kind) !== null);
  expect(doable.map(({ kind }) => kind).sort()).toEqual([
    'address-ambiguous',
    'address-mismatch',
    'channels-unreachable',
  ]);
});

test('a remedy that says more than its button keeps its words', () => {
  expect([saysWholeRemedy('turn-on'), saysWholeRemedy('try-now')]).toEqual([true, false]);
});
