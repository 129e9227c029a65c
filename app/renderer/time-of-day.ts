// Times for people: 24-hour, in their language and time zone.
import { useMemo } from 'react';
import { timeFormat, timeOfDay } from '../shared/time-of-day.ts';
import { useLanguage } from './window-context.tsx';

/** Writes an ISO time as `08:12`. */
export function useTimeOfDay(): (iso: string) => string {
  const language = useLanguage();
  return useMemo(() => timeOfDay(language), [language]);
}

/** The same, with the day where it is not today: `22 Nov, 08:12`. */
export function useMoment(): (iso: string) => string {
  const language = useLanguage();
  return useMemo(() => {
    const timeOf = timeFormat(language);
    const dayAndTimeOf = timeFormat(language, { day: 'numeric', month: 'short' });
    return (iso) => {
      const when = new Date(iso);
      const isToday = when.toDateString() === new Date().toDateString();
      return (isToday ? timeOf : dayAndTimeOf).format(when);
    };
  }, [language]);
}
