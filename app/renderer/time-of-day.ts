// Times for people: 24-hour, in their language and time zone.
import { useMemo } from 'react';
import { useLanguage } from './window-context.tsx';

/** Writes an ISO time as `08:12`. */
export function useTimeOfDay(): (iso: string) => string {
  const format = useFormat({});
  return (iso) => format.format(new Date(iso));
}

/** The same, with the day where it is not today: `22 Nov, 08:12`. */
export function useMoment(): (iso: string) => string {
  const timeOf = useFormat({});
  const dayAndTimeOf = useFormat({ day: 'numeric', month: 'short' });
  return (iso) => {
    const when = new Date(iso);
    const isToday = when.toDateString() === new Date().toDateString();
    return (isToday ? timeOf : dayAndTimeOf).format(when);
  };
}

function useFormat({ day, month }: Pick<Intl.DateTimeFormatOptions, 'day' | 'month'>): Intl.DateTimeFormat {
  const language = useLanguage();
  return useMemo(
    () =>
      new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
        ...{ day, month },
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      }),
    [language, day, month],
  );
}
