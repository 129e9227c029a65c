// Times as people read them in a sentence: 24-hour, with the day where it is not today.

/** `at 09:12`, or `on 21 November at 09:12` for another day in `timeZone`. */
export function atTime(when: number, now: number, timeZone: string): string {
  const time = format(when, timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  if (day(when, timeZone) === day(now, timeZone)) return `at ${time}`;
  return `on ${format(when, timeZone, { day: 'numeric', month: 'long' })} at ${time}`;
}

/** `5 s`, `3 min`, `2 h`, with a no-break space; rounded up, so that a wait is never shorter than said. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 120) return `${seconds}\u00a0s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes}\u00a0min` : `${Math.ceil(minutes / 60)}\u00a0h`;
}

function day(when: number, timeZone: string): string {
  return format(when, timeZone, { day: 'numeric', month: 'numeric', year: 'numeric' });
}

function format(when: number, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone }).format(new Date(when));
}
