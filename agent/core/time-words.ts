// Moments as people read them in a sentence: 24-hour, with the day where it is not today.
import type { Language } from '../../protocol/language.ts';
import { localeOf } from '../../protocol/words/forms.ts';

/** For a catalogue, which knows the words around them. */
export type Moment = {
  /** `09:12` */
  readonly time: string;
  /** `21 November`; null: today. */
  readonly day: string | null;
};

/** @param timeZone IANA name, in which it is told whether that was today */
export function momentOf(when: number, now: number, timeZone: string, language: Language): Moment {
  const format = (at: number, options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(localeOf[language], { ...options, timeZone }).format(new Date(at));
  const date = (at: number): string => format(at, { day: 'numeric', month: 'numeric', year: 'numeric' });
  return {
    time: format(when, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day: date(when) === date(now) ? null : format(when, { day: 'numeric', month: 'long' }),
  };
}
