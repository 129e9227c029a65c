// The icon files of the desktop program, made from the drawings in assets/: of the tray per system, and of the program.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './config.ts';
import { icns, type IcnsSize, ico, rasterise } from './raster.ts';

/** The states by the names that statuses have, with their drawings. */
export const shields = {
  on: 'tray-on',
  attention: 'tray-warn',
  busy: 'tray-busy',
  off: 'tray-off',
  'off-by-organisation': 'tray-off-org',
  error: 'tray-error',
} as const;
type Shield = keyof typeof shields;

/** Each is drawn for its own size. */
const drawn = [16, 22, 32] as const;
const windowsSizes = [16, 20, 24, 32, 40, 48];
const inks = { light: '#fff', dark: '#000' } as const;

/** Every file by its path below assets/. */
export async function renderIcons(): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const shield of Object.keys(shields) as Shield[]) {
    for (const [name, ink] of Object.entries(inks)) {
      const pictures = windowsSizes.map((size) => picture(shield, size, ink));
      files.set(`tray/windows/${shield}-${name}.ico`, await ico(pictures));
      for (const size of [22, 44])
        files.set(`tray/linux/${shield}-${name}-${size}.png`, picture(shield, size, ink));
    }
    files.set(`tray/macos/${shield}Template.png`, picture(shield, 16, inks.dark));
    files.set(`tray/macos/${shield}Template@2x.png`, picture(shield, 32, inks.dark));
  }
  for (const [name, bytes] of await programIcon()) files.set(`app-icon/${name}`, bytes);
  return files;
}

/** The state at that size, from the drawing that was made for the nearest one. */
export function picture(shield: Shield, size: number, ink: string): Buffer {
  const nearest = drawn.reduce((best, each) => (Math.abs(each - size) < Math.abs(best - size) ? each : best));
  const svg = readFileSync(join(root, 'assets/icons', `${shields[shield]}-${nearest}.svg`), 'utf8');
  return rasterise(svg, size, ink);
}

async function programIcon(): Promise<readonly (readonly [string, Buffer])[]> {
  const svg = readFileSync(join(root, 'assets/app-icon/icon.svg'), 'utf8');
  const at = (size: number): Buffer => rasterise(svg, size);
  const apple = new Map([128, 256, 512, 1024].map((size) => [size as IcnsSize, at(size)]));
  return [
    ['icon.png', at(512)],
    ['icon.ico', await ico([16, 24, 32, 48, 64, 128, 256].map(at))],
    ['icon.icns', icns(apple)],
  ];
}
