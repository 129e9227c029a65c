// Which file shows a state.
import { expect, test } from 'vitest';
import { hasDarkBar, trayIconFile } from '../../../../app/shared/tray-icon-file.ts';

test.each([
  ['win32', true, 1.25, 'windows/on-light.ico'],
  ['win32', false, 1, 'windows/on-dark.ico'],
  ['darwin', true, 2, 'macos/onTemplate.png'],
  ['linux', true, 1, 'linux/on-light-22.png'],
  ['linux', false, 1, 'linux/on-dark-22.png'],
  ['linux', true, 2, 'linux/on-light-44.png'],
])('%s, dark bar %s, scale %s', (platform, darkBar, scale, file) => {
  expect(trayIconFile('on', { platform, darkBar, scale })).toBe(file);
});

test('the bar is the taskbar’s own where the system tells it apart from programs', () => {
  const look = { desktop: '', darkTaskbar: true, darkPrograms: false };
  expect(hasDarkBar({ ...look, platform: 'win32' })).toBe(true);
  expect(hasDarkBar({ ...look, platform: 'win32', darkTaskbar: false, darkPrograms: true })).toBe(false);
});

test('panels on Linux are dark, but KDE’s follow the theme', () => {
  const look = { platform: 'linux', darkTaskbar: false, darkPrograms: false };
  expect(hasDarkBar({ ...look, desktop: 'ubuntu:GNOME' })).toBe(true);
  expect(hasDarkBar({ ...look, desktop: 'KDE' })).toBe(false);
  expect(hasDarkBar({ ...look, desktop: 'KDE', darkPrograms: true })).toBe(true);
});
