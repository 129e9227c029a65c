// Lengths of time for people, in the largest unit that fits; the space does not break.
import type { Language } from '../../protocol/language.ts';

const noBreakSpace = '\u00a0';

/** `0.4 s`, `12 s`, `3 min`, `2 h`. @param ms not negative */
export function durationText(ms: number, language: Language): string {
  const seconds = ms / 1000;
  if (seconds < 10) return join(tenths[language].format(seconds), 's');
  if (seconds < 120) return join(String(Math.floor(seconds)), 's');
  if (seconds < 7200) return join(String(Math.floor(seconds / 60)), 'min');
  return join(String(Math.floor(seconds / 3600)), 'h');
}

function join(number: string, unit: string): string {
  return `${number}${noBreakSpace}${unit}`;
}

const oneDigit = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const tenths = { en: new Intl.NumberFormat('en-GB', oneDigit), de: new Intl.NumberFormat('de-DE', oneDigit) };
