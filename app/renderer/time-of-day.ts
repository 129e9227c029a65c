// Times for people: 24-hour, in their language and time zone.
import { useMemo } from 'react';
import { moment, momentAt, timeOfDay } from '../shared/time-of-day.ts';
import { useLanguage } from './window-context.tsx';

/** Writes an ISO time as `08:12`. */
export function useTimeOfDay(): (iso: string) => string {
  const language = useLanguage();
  return useMemo(() => timeOfDay(language), [language]);
}

/** The same, with the day where it is not today: `22 Nov, 08:12`. */
export function useMoment(): (iso: string) => string {
  return useNow(moment);
}

/** The same within a sentence: `at 08:12`, `on 22 Nov, 08:12`. */
export function useMomentAt(): (iso: string) => string {
  return useNow(momentAt);
}

function useNow(writer: typeof moment): (iso: string) => string {
  const language = useLanguage();
  return useMemo(() => {
    const write = writer(language);
    return (iso) => write(iso, new Date());
  }, [writer, language]);
}
