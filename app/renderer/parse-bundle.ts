// Checks a log bundle by its schema, in a chunk of its own: no other part of the page needs schemas.
import { explain } from '../../protocol/error.ts';
import type { ParseBundle } from './read-bundle.ts';

export async function loadBundleParser(): Promise<ParseBundle> {
  const { z } = await import('zod');
  // Compiled parsers are made with eval, which the page's policy forbids; set before any schema is made.
  z.config({ jitless: true });
  const { parseLogBundle } = await import('../../protocol/log-bundle.ts');
  return (value) => {
    try {
      return parseLogBundle(value, 'bundle');
    } catch (error) {
      return explain(error);
    }
  };
}
