// Electron's `WebFrameMain`: a frame of a page, by which the program tells who speaks to it.
import { StrictObject } from './strict.ts';

export class WebFrameMain extends StrictObject {
  readonly parent: WebFrameMain | null;
  readonly #url: () => string;

  /** @param url the address that the frame shows, as the program knows it */
  constructor(parent: WebFrameMain | null, url: () => string) {
    super('WebFrameMain');
    this.parent = parent;
    this.#url = url;
  }

  get url(): string {
    return this.#url();
  }

  get origin(): string {
    const { protocol, host } = new URL(this.url);
    return host === '' ? 'null' : `${protocol}//${host}`;
  }

  get top(): WebFrameMain {
    return this.parent?.top ?? this;
  }
}
