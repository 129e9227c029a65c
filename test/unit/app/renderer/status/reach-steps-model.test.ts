// The way to the edge: the step that fails, and nothing claimed of those behind it.
import { expect, test } from 'vitest';
import { reachSteps } from '../../../../../app/renderer/status/reach-steps-model.ts';
import { linkStates, rowNames, rowState } from '../../../../support/shown-windows.ts';

const marks = (state: Parameters<typeof reachSteps>[0]) =>
  reachSteps(state)?.map(({ mark }) => mark.kind) ?? null;

test.each([
  ['no internet', ['pass', 'fail', 'skipped']],
  ['captive portal', ['pass', 'fail', 'skipped']],
  ['edge unreachable', ['pass', 'pass', 'fail']],
  ['device refused', ['pass', 'pass', 'fail']],
  ['edge not proven', ['pass', 'pass', 'fail']],
  ['connected', null],
  ['paused', null],
])('%s', (row, expected) => {
  expect(marks(rowState(row))).toEqual(expected);
});

test('without the agent the way ends on this device', () => {
  const { starting, ...gone } = linkStates;
  expect(marks(starting!)).toBeNull();
  for (const state of Object.values(gone)) expect(marks(state)).toEqual(['fail', 'skipped', 'skipped']);
});

test('at most one step fails, and none behind it passes', () => {
  for (const state of [...rowNames.map((name) => rowState(name)), ...Object.values(linkStates)]) {
    const kinds = marks(state) ?? ['fail'];
    expect(kinds.filter((kind) => kind === 'fail')).toHaveLength(1);
    expect(kinds.slice(kinds.indexOf('fail') + 1).every((kind) => kind === 'skipped')).toBe(true);
  }
});
