// Moments in sentences, in each language.
import { describe, expect, test } from 'vitest';
import { momentOf } from '../../../../agent/core/time-words.ts';
import { wordsIn } from '../../../../agent/core/words/words.ts';
import type { Language } from '../../../../protocol/language.ts';

const now = Date.parse('2026-11-23T00:30:00Z');
const german = wordsIn('de').time;
const english = wordsIn('en').time;

function moment(when: string, zone: string, language: Language) {
  return momentOf(Date.parse(when), now, zone, language);
}

describe('times in sentences', () => {
  test.each([
    ['2026-11-23T00:05:00Z', 'UTC', 'at 00:05', 'um 00:05 Uhr'],
    ['2026-11-22T23:55:00Z', 'UTC', 'on 22 November at 23:55', 'am 22. November um 23:55 Uhr'],
    // Two minutes past midnight there, and the same day.
    ['2026-11-22T23:02:00Z', 'Europe/Berlin', 'at 00:02', 'um 00:02 Uhr'],
    ['2026-03-01T12:00:00Z', 'UTC', 'on 1 March at 12:00', 'am 1. März um 12:00 Uhr'],
  ])('%s in %s is %s, and %s', (when, zone, inEnglish, inGerman) => {
    expect(english.at(moment(when, zone, 'en'))).toBe(inEnglish);
    expect(german.at(moment(when, zone, 'de'))).toBe(inGerman);
  });

  test('after "until" and "since" they have the form that belongs there', () => {
    const [today, earlier] = ['2026-11-23T00:05:00Z', '2026-11-22T23:55:00Z'] as const;
    expect(english.until(moment(today, 'UTC', 'en'))).toBe('until 00:05');
    expect(english.since(moment(earlier, 'UTC', 'en'))).toBe('since 22 November at 23:55');
    expect(german.until(moment(today, 'UTC', 'de'))).toBe('bis 00:05 Uhr');
    expect(german.until(moment(earlier, 'UTC', 'de'))).toBe('bis zum 22. November um 23:55 Uhr');
    expect(german.since(moment(today, 'UTC', 'de'))).toBe('seit 00:05 Uhr');
    expect(german.since(moment(earlier, 'UTC', 'de'))).toBe('seit dem 22. November um 23:55 Uhr');
  });
});
