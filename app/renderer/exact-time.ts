// Times to the second, with their day, and lengths of time, for people: 24-hour, in their language and time zone.
import { useMemo } from 'react';
import { localeOf } from '../../protocol/words/forms.ts';
import { useLanguage } from './window-context.tsx';

/** Writes an ISO time as `09:41:20`. */
export function useClockTime(): (iso: string) => string {
  return useTimeFormat(clockTime);
}

/** Writes an ISO time as `27 November, 20:41`. */
export function useDayAndTime(): (iso: string) => string {
  return useTimeFormat(dayAndTime);
}

/** Writes milliseconds as `31 ms` or `2.3 s`; the space does not break. */
export function useDuration(): (ms: number) => string {
  const language = useLanguage();
  return useMemo(() => {
    const seconds = new Intl.NumberFormat(localeOf[language], {
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
    return (ms) => (ms < 1000 ? `${Math.round(ms)}\u00a0ms` : `${seconds.format(ms / 1000)}\u00a0s`);
  }, [language]);
}

const minutes = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const clockTime = { ...minutes, second: '2-digit' } as const;
const dayAndTime = { ...minutes, day: 'numeric', month: 'long' } as const;

function useTimeFormat(options: Intl.DateTimeFormatOptions): (iso: string) => string {
  const language = useLanguage();
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(localeOf[language], options);
    return (iso) => format.format(new Date(iso));
  }, [language, options]);
}
