// Electron's `nativeImage`: a picture and the file that it came from.
import { existsSync, readFileSync } from 'node:fs';
import { StrictObject } from './strict.ts';

export class NativeImage extends StrictObject {
  readonly #bytes: Buffer;
  readonly #file: string | null;
  #template: boolean;

  constructor(bytes: Buffer, file: string | null) {
    super('NativeImage');
    this.#bytes = bytes;
    this.#file = file;
    this.#template = /Template(@[\d.]+x)?\.png$/.test(file ?? '');
  }

  isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  /** Of a PNG file, from its header; zero for what is no PNG. */
  getSize(): { width: number; height: number } {
    if (this.#bytes.length < 24 || this.#bytes.toString('latin1', 1, 4) !== 'PNG')
      return { width: 0, height: 0 };
    return { width: this.#bytes.readUInt32BE(16), height: this.#bytes.readUInt32BE(20) };
  }

  toPNG(): Buffer {
    return Buffer.from(this.#bytes);
  }

  isTemplateImage(): boolean {
    return this.#template;
  }

  setTemplateImage(template: boolean): void {
    this.#template = template;
  }

  static file(image: NativeImage): string | null {
    return image.#file;
  }
}

export const nativeImage = {
  createEmpty: (): NativeImage => new NativeImage(Buffer.alloc(0), null),
  createFromPath: (path: string): NativeImage =>
    new NativeImage(existsSync(path) ? readFileSync(path) : Buffer.alloc(0), path),
  createFromBuffer: (bytes: Buffer): NativeImage => new NativeImage(bytes, null),
};

/** @throws Error in Electron's words where there is no picture */
export function toImage(image: NativeImage | string): NativeImage {
  if (typeof image !== 'string') return image;
  const loaded = nativeImage.createFromPath(image);
  if (loaded.isEmpty()) throw new Error(`Failed to load image from path '${image}'`);
  return loaded;
}
