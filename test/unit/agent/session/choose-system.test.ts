// Whose proxy setting is a person's.
import { expect, test } from 'vitest';
import { chooseSystem, openSystem } from '../../../../agent/session/choose-system.ts';

const every = () => true;

test.each([
  ['linux', 'GNOME', every, 'gnome'],
  ['linux', 'ubuntu:GNOME', every, 'gnome'],
  ['linux', 'X-Cinnamon', every, 'gnome'],
  ['linux', 'XFCE', every, 'gnome'],
  ['linux', 'KDE', every, 'kde'],
  ['linux', 'KDE', (path: string) => !path.includes('config'), 'environment'],
  ['linux', 'GNOME', () => false, 'environment'],
  ['linux', 'sway', every, 'environment'],
  ['linux', undefined, every, 'environment'],
  ['darwin', undefined, every, 'macos'],
  ['win32', undefined, every, 'windows'],
] as const)('%s, desktop %s', (platform, desktop, exists, kind) => {
  expect(chooseSystem({ platform, environment: { XDG_CURRENT_DESKTOP: desktop }, exists })).toBe(kind);
});

test('the newer of KDE’s tools is taken', () => {
  const exists = (path: string) => path.endsWith('5');
  expect(openSystem('kde', { platform: 'linux', environment: {}, exists }).kind).toBe('kde');
});

test.each([
  ['gnome', 'linux', /gsettings is not installed: install the package libglib2\.0-bin/],
  ['kde', 'linux', /install the package libkf6config-bin or libkf5config-bin/],
  ['windows', 'linux', /there is no windows proxy setting on this platform \(linux\)/],
  ['gnome', 'darwin', /there is no gnome proxy setting/],
] as const)('%s on %s without its tools says what to do', (kind, platform, message) => {
  expect(() => openSystem(kind, { platform, environment: {}, exists: () => false })).toThrow(message);
});
