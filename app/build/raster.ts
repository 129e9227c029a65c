// From a drawing to pictures of fixed sizes, and to the files that hold several of them.
import { Resvg } from '@resvg/resvg-js';
import pngToIco from 'png-to-ico';

/** @param ink what `currentColor` stands for in the drawing */
export function rasterise(svg: string, size: number, ink = '#000'): Buffer {
  const drawing = new Resvg(svg.replaceAll('currentColor', ink), { fitTo: { mode: 'width', value: size } });
  return drawing.render().asPng();
}

/** A Windows icon with each picture as it is. */
export function ico(pictures: readonly Buffer[]): Promise<Buffer> {
  return pngToIco([...pictures]);
}

/** The types of an Apple icon's entries by the size of the picture that they hold, as PNG. */
const icnsTypes = { 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' } as const;
export type IcnsSize = keyof typeof icnsTypes;

/** An Apple icon: a header, then entries of a type, a length that counts both, and the picture. */
export function icns(pictures: ReadonlyMap<IcnsSize, Buffer>): Buffer {
  const entries = [...pictures].map(([size, png]) => entry(icnsTypes[size], png));
  return entry('icns', Buffer.concat(entries));
}

function entry(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(content.length + head.length, 4);
  return Buffer.concat([head, content]);
}
