// The application menu, which gives windows their shortcuts.
import { expect, test } from 'vitest';
import { applicationMenu } from '../../../../app/shared/application-menu.ts';

const shortcuts = (platform: string) =>
  applicationMenu(platform, 'en')
    .flatMap(({ items }) => items)
    .flatMap((item) => ('accelerator' in item ? [[item.id, item.accelerator]] : []));

test.each(['darwin', 'linux', 'win32'])('on %s: settings, quit and help have shortcuts', (platform) => {
  expect(shortcuts(platform)).toEqual([
    ['settings', 'CommandOrControl+,'],
    ['quit', 'CommandOrControl+Q'],
    ['documentation', 'F1'],
  ]);
});

test('closing and copying work by their roles, and nothing reloads a page or opens its tools', () => {
  const roles = applicationMenu('darwin', 'de').flatMap(({ items }) =>
    items.flatMap((item) => ('role' in item ? [item.role] : [])),
  );
  expect(roles).toEqual(expect.arrayContaining(['close', 'copy', 'paste', 'hide']));
  expect(JSON.stringify(roles)).not.toMatch(/reload|devTools/i);
});

test('in German', () => {
  expect(applicationMenu('darwin', 'de').map(({ label }) => label)).toEqual([
    ...['OpenGSA', 'Bearbeiten', 'Fenster', 'Hilfe'],
  ]);
});
