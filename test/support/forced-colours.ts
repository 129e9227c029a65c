// What must still be told apart where the system gives all colours: marks against their ground, and what is chosen.
import type { Page } from 'playwright-core';

/** The marks that have the colour of what they stand on, and what is chosen without looking so. */
export function unseenMarks(page: Page): Promise<string[]> {
  return page.evaluate(findUnseenMarks);
}

type Drawn = {
  readonly parentElement: Drawn | null;
  readonly textContent: string;
  readonly outerHTML: string;
  readonly firstElementChild: Drawn | null;
  readonly querySelector: (selector: string) => Drawn | null;
  readonly checkVisibility: () => boolean;
};
type PageGlobals = {
  readonly getComputedStyle: (of: Drawn, pseudo?: string) => Readonly<Record<string, string>>;
  readonly document: { readonly querySelectorAll: (selector: string) => Iterable<Drawn> };
};

/** Runs in the page. */
function findUnseenMarks(): string[] {
  const { document, getComputedStyle } = globalThis as unknown as PageGlobals;
  const found: string[] = [];
  const note = (what: string, { outerHTML }: Drawn): void => {
    found.push(`${what}: ${outerHTML.slice(0, 120)}`);
  };
  for (const mark of document.querySelectorAll('svg, .node')) {
    if (!mark.checkVisibility()) continue;
    const { color, borderTopColor } = getComputedStyle(mark);
    const ink = mark.outerHTML.startsWith('<svg') ? color : borderTopColor;
    if (ink === groundOf(mark.parentElement)) note('has the colour of its ground', mark);
  }
  for (const tab of document.querySelectorAll('[role=tab][aria-selected=true]')) {
    const line = getComputedStyle(tab, '::after');
    if (line.content === 'none' || line.backgroundColor === groundOf(tab)) note('is not marked', tab);
  }
  for (const row of document.querySelectorAll('tr[aria-selected=true]')) {
    const other = row.parentElement?.querySelector('tr[aria-selected=false]')?.firstElementChild;
    const cell = row.firstElementChild;
    if (cell === null || other === null || other === undefined) continue;
    if (groundOf(cell) === groundOf(other)) note('is not marked', row);
    if (getComputedStyle(cell).color === groundOf(cell)) note('cannot be read', row);
  }
  for (const one of document.querySelectorAll('[role=switch]')) {
    const { borderTopColor, backgroundImage = '' } = getComputedStyle(one);
    if (borderTopColor === groundOf(one.parentElement) || !backgroundImage.includes('gradient'))
      note('is not drawn', one);
  }
  return found;

  function groundOf(element: Drawn | null): string {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor = '' } = getComputedStyle(at);
      if (backgroundColor !== '' && !/^rgba\(.*, 0\)$|^transparent$/.test(backgroundColor))
        return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  }
}
