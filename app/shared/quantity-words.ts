// Amounts as people read them, in their language: durations, latencies, counts. Number and unit never part.
import type { Language } from '../../protocol/language.ts';
import { localeOf } from '../../protocol/words/forms.ts';

/** `18 ms`. */
export function latencyText(ms: number, language: Language): string {
  return unitText(ms, 'millisecond', ms < 10 ? 1 : 0, language);
}

/** `12 s`, `3 min`, `2 h`, `4 days`: the largest unit that is at least two, or the smallest; rounded down. */
export function wholeDurationText(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return joined(seconds, 's', language);
  if (seconds < 7_200) return joined(Math.floor(seconds / 60), language === 'de' ? 'Min.' : 'min', language);
  if (seconds < 172_800)
    return joined(Math.floor(seconds / 3_600), language === 'de' ? 'Std.' : 'h', language);
  return joined(Math.floor(seconds / 86_400), language === 'de' ? 'Tage' : 'days', language);
}

export function countText(count: number, language: Language): string {
  return numberFormat(language, '').format(count);
}

/** `23 November 2027`. */
export function dateText(iso: string, language: Language, timeZone?: string): string {
  const format = { day: 'numeric', month: 'long', year: 'numeric', timeZone } as const;
  return new Intl.DateTimeFormat(localeOf[language], format).format(new Date(iso));
}

function unitText(value: number, unit: string, decimals: 0 | 1, language: Language): string {
  return numberFormat(language, unit, decimals).format(value).replaceAll(' ', '\u00a0');
}

const numberFormats = new Map<string, Intl.NumberFormat>();

/** Making one takes far longer than using it, and windows write numbers every second. */
function numberFormat(language: Language, unit: string, decimals: 0 | 1 = 0): Intl.NumberFormat {
  const key = `${language} ${unit} ${decimals}`;
  const known = numberFormats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(localeOf[language], {
    ...(unit === '' ? {} : { style: 'unit', unit, unitDisplay: 'short' }),
    maximumFractionDigits: decimals,
  });
  numberFormats.set(key, made);
  return made;
}

function joined(value: number, unit: string, language: Language): string {
  return `${countText(value, language)}\u00a0${unit}`;
}
