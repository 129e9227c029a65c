// Puts every icon into the page as one sprite of symbols, so that a view names an icon and nothing is fetched or inlined twice.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** Fills `<!-- icons -->` of the page with the SVG files of `folder`. */
export function iconSprite(folder: string): Plugin {
  const path = resolve(folder);
  return {
    name: 'icon-sprite',
    transformIndexHtml: (html) => html.replace('<!-- icons -->', sprite(path)),
  };
}

function sprite(folder: string): string {
  const symbols = readdirSync(folder)
    .filter((name) => name.endsWith('.svg'))
    .sort()
    .map((name) => symbol(name.slice(0, -'.svg'.length), readFileSync(join(folder, name), 'utf8')));
  return `<svg class="sprite" aria-hidden="true">${symbols.join('')}</svg>`;
}

/** The drawing under a name; its own size goes, since whoever uses it gives one. */
function symbol(id: string, svg: string): string {
  const found = /^\s*<svg(?<attributes>[^>]*)>(?<content>[\s\S]*)<\/svg>\s*$/.exec(svg);
  if (found?.groups === undefined) throw new Error(`assets/icons/${id}.svg: one <svg> element was expected`);
  const { attributes = '', content = '' } = found.groups;
  const kept = attributes.replaceAll(/\s(?:xmlns|width|height)="[^"]*"/g, '');
  return `<symbol id="${id}"${kept}>${content.replaceAll(/>\s+</g, '><').trim()}</symbol>`;
}
