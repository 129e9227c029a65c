// Asks SQLite whether a database file is whole.
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const answer = z.array(z.record(z.string(), z.string())).min(1);

/**
 * The first fault that SQLite finds, or null. `quick_check` reads every page, `integrity_check` compares the indexes
 * with their tables as well.
 *
 * @throws what SQLite throws where the file is too damaged to be asked
 */
export function faultOf(database: DatabaseSync, check: 'quick_check' | 'integrity_check'): string | null {
  const [first = {}] = answer.parse(database.prepare(`PRAGMA ${check}(1)`).all());
  const [text = ''] = Object.values(first);
  return text === 'ok' ? null : text.replaceAll(/\s+/g, ' ');
}
