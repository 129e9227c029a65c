// Amounts of bytes for people: three figures at most, in decimal units as networks count.
import type { Language } from '../../protocol/language.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
const noBreakSpace = '\u00a0';

/** `0 B`, `4.1 kB`, `38 kB`, `1.2 MB`; the space does not break. */
export function byteText(bytes: number, language: Language): string {
  const exponent = units.findIndex((_, i) => i === units.length - 1 || bytes / 1000 ** i < 999.5);
  const value = bytes / 1000 ** exponent;
  // What would be rounded to ten has its three figures without a decimal.
  const digits = exponent > 0 && value < 9.95 ? 1 : 0;
  const number = formats[language][digits].format(value);
  return `${number}${noBreakSpace}${units[exponent] ?? 'B'}`;
}

function formatsOf(locale: string) {
  const withDigits = (digits: number) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return { 0: withDigits(0), 1: withDigits(1) };
}

const formats = { en: formatsOf('en-GB'), de: formatsOf('de-DE') } as const;
