// Forms that languages build in their own way: enumerations, and words that follow a number.
import type { Language } from '../language.ts';

/** The locale of dates, numbers and enumerations. */
export const localeOf: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };

/** `Sign-in, Graph and Exchange` */
export function allOf(items: readonly string[], language: Language): string {
  return new Intl.ListFormat(localeOf[language], { type: 'conjunction' }).format(items);
}

/** `203.0.113.7 or 2001:db8::7` */
export function oneOf(items: readonly string[], language: Language): string {
  return new Intl.ListFormat(localeOf[language], { type: 'disjunction' }).format(items);
}

/** The form for one, or the form for any other number of them. */
export function plural(count: number, language: Language, one: string, other: string): string {
  return new Intl.PluralRules(localeOf[language]).select(count) === 'one' ? one : other;
}
