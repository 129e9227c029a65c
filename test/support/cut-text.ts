// Text that nobody can read: cut at the edge of the window or of a box that does not scroll, or running out of its own box.
import type { Locator } from 'playwright-core';

/** What is cut with an ellipsis is fine where a tooltip tells the whole. */
export function cutTexts(part: Locator): Promise<string[]> {
  return part.evaluate(findCutTexts);
}

type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
type Drawn = {
  readonly parentElement: Drawn | null;
  readonly getBoundingClientRect: () => Box;
  readonly closest: (selector: string) => Drawn | null;
  readonly checkVisibility: (options: object) => boolean;
  readonly getAttribute: (name: string) => string | null;
};
type Text = { readonly data: string; readonly parentElement: Drawn | null };
type PageGlobals = {
  readonly innerWidth: number;
  readonly getComputedStyle: (of: Drawn) => Readonly<Record<string, string>>;
  readonly document: {
    readonly createRange: () => { selectNode: (node: Text) => void; getClientRects: () => Iterable<Box> };
    readonly createTreeWalker: (root: unknown, what: number) => { nextNode: () => Text | null };
  };
};

/** Runs in the page. */
function findCutTexts(root: unknown): string[] {
  const { document, innerWidth, getComputedStyle } = globalThis as unknown as PageGlobals;
  const onlyText = 4;
  const walker = document.createTreeWalker(root, onlyText);
  const found: string[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const { parentElement, data } = node;
    if (data.trim() === '' || parentElement === null || !isDrawn(parentElement)) continue;
    const range = document.createRange();
    range.selectNode(node);
    for (const box of range.getClientRects()) {
      const how = cutBy(box, parentElement);
      if (how === null) continue;
      found.push(`${data.trim()}: ${how}`);
      break;
    }
  }
  return found;

  function isDrawn(element: Drawn): boolean {
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    return element.closest('.visually-hidden, .spacer, canvas, script') === null;
  }

  /** The boxes that text stands in, from the inside. */
  function framesOf(within: Drawn): { element: Drawn; style: Readonly<Record<string, string>> }[] {
    const frames = [];
    for (let element: Drawn | null = within; element !== null; element = element.parentElement) {
      const style = getComputedStyle(element);
      const { display = '' } = style;
      if (!display.startsWith('inline') && display !== 'contents') frames.push({ element, style });
    }
    return frames;
  }

  function cutBy(box: Box, within: Drawn): string | null {
    const frames = framesOf(within);
    for (const [at, { element, style }] of frames.entries()) {
      const frame = element.getBoundingClientRect();
      const isOut = box.right > frame.right + 1 || box.left < frame.left - 1;
      if (style.overflowX === 'auto' || style.overflowX === 'scroll') return null;
      if (!isOut) continue;
      if (style.overflowX === 'hidden' || style.overflowX === 'clip') {
        if (style.textOverflow !== 'ellipsis') return 'cut';
        return element.closest('[title]') === null ? 'cut without a tooltip' : null;
      }
      if (at === 0) return 'runs out of its box';
    }
    return box.right > innerWidth + 1 || box.left < -1 ? 'out of the window' : null;
  }
}
