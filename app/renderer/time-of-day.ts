// A time of day for people: 24-hour, in their language and time zone.
import { useMemo } from 'react';
import { useLanguage } from './window-context.tsx';

/** Writes an ISO time as `08:12`. */
export function useTimeOfDay(): (iso: string) => string {
  const language = useLanguage();
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    return (iso) => format.format(new Date(iso));
  }, [language]);
}
