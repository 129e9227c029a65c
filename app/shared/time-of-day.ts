// Times for people: 24-hour, in their language and the time zone of where this runs.
import type { Language } from '../../protocol/language.ts';

/** Writes an ISO time as `08:12`. */
export function timeOfDay(language: Language): (iso: string) => string {
  const format = timeFormat(language);
  return (iso) => format.format(new Date(iso));
}

/** Hours and minutes, with the parts of the date that are asked for. */
export function timeFormat(
  language: Language,
  date: Pick<Intl.DateTimeFormatOptions, 'day' | 'month'> = {},
): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    ...date,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}
