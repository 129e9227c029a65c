// Times for people: 24-hour, in their language and the time zone of where this runs.
import type { Language } from '../../protocol/language.ts';
import { localeOf } from '../../protocol/words/forms.ts';

/** Writes an ISO time as `08:12`. */
export function timeOfDay(language: Language): (iso: string) => string {
  const format = timeFormat(language);
  return (iso) => format.format(new Date(iso));
}

/** Writes times as `08:12`, with the day where it is another than that of `now`: `22 Nov, 08:12`. */
export function moment(language: Language): (iso: string, now: Date) => string {
  const timeOf = timeFormat(language);
  const dayAndTimeOf = timeFormat(language, { day: 'numeric', month: 'short' });
  return (iso, now) => {
    const when = new Date(iso);
    return (isSameDay(when, now) ? timeOf : dayAndTimeOf).format(when);
  };
}

/** The same within a sentence: `at 08:12`, `on 22 Nov, 08:12`. */
export function momentAt(language: Language): (iso: string, now: Date) => string {
  const { today, otherDay } = prepositions[language];
  const momentOf = moment(language);
  return (iso, now) => `${isSameDay(new Date(iso), now) ? today : otherDay} ${momentOf(iso, now)}`;
}

const prepositions = {
  en: { today: 'at', otherDay: 'on' },
  de: { today: 'um', otherDay: 'am' },
} as const;

function isSameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

/** Hours and minutes, with the parts of the date that are asked for. */
export function timeFormat(
  language: Language,
  date: Pick<Intl.DateTimeFormatOptions, 'day' | 'month'> = {},
): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(localeOf[language], {
    ...date,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}
