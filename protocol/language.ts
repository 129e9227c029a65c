// The languages that people are spoken to in, and which of them somebody prefers.
// It loads nothing: the windows' page begins with it.

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

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
    const spoken = languages.find((language) => language === primary);
    if (spoken !== undefined) return spoken;
  }
  return 'en';
}
