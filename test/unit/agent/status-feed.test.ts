// The feed: one revision for every language, and no language projected that nobody asked for.
import { expect, test } from 'vitest';
import { createStatusFeed } from '../../../agent/status-feed.ts';
import type { WordedStatus } from '../../../agent/core/status.ts';
import type { StatusInputs } from '../../../agent/core/status-inputs.ts';
import { inputs } from '../../support/status-inputs.ts';
import { manualClock } from '../../support/manual-clock.ts';

function feedOf(changes: () => Partial<StatusInputs>) {
  const published: WordedStatus[] = [];
  const clock = manualClock();
  const feed = createStatusFeed(
    () => inputs(changes()),
    clock,
    (status) => published.push(status),
  );
  return { feed, clock, published };
}

test('a moment has one revision, in whichever language it is asked for', () => {
  const { feed, published } = feedOf(() => ({}));
  const [english, german] = [feed.current('en'), feed.current('de')];
  expect([english.title, german.title]).toEqual(['Connected', 'Verbunden']);
  expect(german.revision).toBe(english.revision);
  expect(german.at).toBe(english.at);
  expect(published).toHaveLength(1);
  feed.stop();
});

test('what was projected once is given again until something differs', () => {
  let enrolment = inputs().enrolment;
  const { feed, published } = feedOf(() => ({ enrolment }));
  const first = feed.current('de');
  expect(feed.current('de')).toBe(first);
  enrolment = null;
  expect(feed.current('de')).toMatchObject({ title: 'Nicht registriert', revision: first.revision + 1 });
  expect(published).toHaveLength(2);
  expect(published[0]?.('de')).toBe(first);
  feed.stop();
});
