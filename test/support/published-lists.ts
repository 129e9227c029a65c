// The published endpoint lists and Graph answers, where a copy lies beside the checkout.
import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../../../shared/data/', import.meta.url);

/** Tests that need the copies say so and skip where this is false. */
export const publishedListsPresent = existsSync(new URL('m365-endpoints-worldwide.json', folder));

export const endpointListFiles = [
  'm365-endpoints-worldwide.json',
  'm365-endpoints-worldwide-with-mem.json',
  'm365-endpoints-worldwide-2020-12.json',
  'm365-endpoints-china.json',
  'm365-endpoints-usgovdod.json',
  'm365-endpoints-usgovgcchigh.json',
] as const;

export function readPublished(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
}
