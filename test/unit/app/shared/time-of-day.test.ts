// Times of day as people read them.
import { expect, test } from 'vitest';
import { moment, momentAt, timeOfDay } from '../../../../app/shared/time-of-day.ts';

test.each(['en', 'de'] as const)('in %s: 24 hours, two digits each', (language) => {
  const local = new Date(2026, 10, 21, 8, 5);
  expect(timeOfDay(language)(local.toISOString())).toBe('08:05');
  expect(timeOfDay(language)(new Date(2026, 10, 21, 23, 59).toISOString())).toBe('23:59');
});

test.each([
  ['en', '08:05', 'at 08:05', '21 Nov, 08:05', 'on 21 Nov, 08:05'],
  ['de', '08:05', 'um 08:05', '21. Nov., 08:05', 'am 21. Nov., 08:05'],
] as const)('in %s: a moment of another day has its day', (language, today, atToday, otherDay, onOther) => {
  const iso = new Date(2026, 10, 21, 8, 5).toISOString();
  const [sameDay, dayAfter] = [new Date(2026, 10, 21, 23, 59), new Date(2026, 10, 22, 0, 1)];
  expect([moment(language)(iso, sameDay), momentAt(language)(iso, sameDay)]).toEqual([today, atToday]);
  expect([moment(language)(iso, dayAfter), momentAt(language)(iso, dayAfter)]).toEqual([otherDay, onOther]);
});
