// The icons in the repository are those of the drawings, and people can tell the states apart without colour.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { expect, test } from 'vitest';
import { renderIcons, shields } from '../../../../app/build/tray-icons.ts';
import { trayIconFile } from '../../../../app/shared/tray-icon-file.ts';

const assets = join(import.meta.dirname, '../../../../assets');
type Shield = keyof typeof shields;
const names = Object.keys(shields) as Shield[];

test('every file is what its drawing makes; after a change of one, run npm run icons', async () => {
  const differing = [...(await renderIcons())].filter(
    ([path, bytes]) => !existsSync(join(assets, path)) || !readFileSync(join(assets, path)).equals(bytes),
  );
  expect(differing.map(([path]) => path)).toEqual([]);
});

test.each(['win32', 'darwin', 'linux'])(
  'on %s there is a file for every state, bar and display',
  (platform) => {
    for (const shield of names) {
      for (const darkBar of [true, false]) {
        for (const scale of [1, 1.25, 2]) {
          expect(existsSync(join(assets, 'tray', trayIconFile(shield, { platform, darkBar, scale })))).toBe(
            true,
          );
        }
      }
    }
  },
);

test('at 16 pixels the six outlines differ in what is inked, not in a shade', () => {
  const shapes = names.map((shield) => ({ shield, ink: inked(`${shields[shield]}-16`) }));
  for (const [index, one] of shapes.entries()) {
    for (const other of shapes.slice(index + 1)) {
      const differing = one.ink.filter((on, pixel) => on !== other.ink[pixel]).length;
      // A tenth of the picture is what an eye finds at a glance.
      expect(differing, `${one.shield} and ${other.shield}`).toBeGreaterThan(16);
    }
  }
});

test('filled shields mean that traffic goes through the edge: they have more ink than every hollow one', () => {
  const amount = (shield: Shield): number => inked(`${shields[shield]}-16`).filter(Boolean).length;
  const hollow = names.filter((name) => name !== 'on' && name !== 'attention').map(amount);
  expect(Math.min(amount('on'), amount('attention'))).toBeGreaterThan(Math.max(...hollow));
});

test('a Windows icon holds all sizes that taskbars ask for', () => {
  const file = readFileSync(join(assets, 'tray/windows/on-light.ico'));
  const sizes = Array.from({ length: file.readUInt16LE(4) }, (_, index) => file.readUInt8(6 + index * 16));
  expect(sizes).toEqual([16, 20, 24, 32, 40, 48]);
});

/** Per pixel whether the drawing covers most of it. */
function inked(name: string): boolean[] {
  const svg = readFileSync(join(assets, 'icons', `${name}.svg`), 'utf8').replaceAll('currentColor', '#000');
  const { pixels } = new Resvg(svg).render();
  return Array.from({ length: pixels.length / 4 }, (_, index) => (pixels[index * 4 + 3] ?? 0) > 127);
}
