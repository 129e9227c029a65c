// The languages that people are spoken to in, and which of them somebody prefers.
import { z } from 'zod';

export const language = z.enum(['en', 'de']);
export type Language = z.infer<typeof language>;

/**
 * The first language that is spoken here among those that somebody reads; English where none is.
 *
 * @param preferences BCP 47 tags (RFC 5646) in the order of preference, as `navigator.languages` has them; `LANG` and its
 *   kind (`de_DE.UTF-8`, `C`) are understood too
 */
export function chooseLanguage(preferences: readonly string[]): Language {
  for (const preference of preferences) {
    const [primary = ''] = preference
      .trim()
      .toLowerCase()
      .split(/[-_.@]/);
    const spoken = language.safeParse(primary);
    if (spoken.success) return spoken.data;
  }
  return 'en';
}
