// What follows from whether a desktop shows tray icons.
import { expect, test } from 'vitest';
import { nameHasOwner, traySupport } from '../../../../app/shared/tray-support.ts';

test('without a tray the window opens at the start, and closing leaves it in the task list', () => {
  expect(traySupport('linux', false)).toEqual({ opensAtStart: true, closing: 'minimise' });
});

test.each([
  ['linux', true],
  ['linux', null],
  ['win32', null],
  ['darwin', null],
] as const)('%s, asked %s: there is a tray', (platform, watcher) => {
  expect(traySupport(platform, watcher)).toEqual({ opensAtStart: false, closing: 'hide' });
});

test.each([
  ['(true,)\n', true],
  ['(false,)\n', false],
  ['b true\n', true],
  ['b false\n', false],
  ['', null],
  ['Error: no bus', null],
  ['true', null],
])('%j is %s', (printed, answer) => {
  expect(nameHasOwner(printed)).toBe(answer);
});
