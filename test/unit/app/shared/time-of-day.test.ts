// Times of day as people read them.
import { expect, test } from 'vitest';
import { timeOfDay } from '../../../../app/shared/time-of-day.ts';

test.each(['en', 'de'] as const)('in %s: 24 hours, two digits each', (language) => {
  const local = new Date(2026, 10, 21, 8, 5);
  expect(timeOfDay(language)(local.toISOString())).toBe('08:05');
  expect(timeOfDay(language)(new Date(2026, 10, 21, 23, 59).toISOString())).toBe('23:59');
});
