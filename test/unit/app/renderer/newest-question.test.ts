// Of several questions on their way only the newest counts.
import { expect, test } from 'vitest';
import { createQuestions } from '../../../../app/renderer/newest-question.ts';

test('a question counts until a newer one begins', () => {
  const begin = createQuestions();
  const first = begin();
  expect(first()).toBe(true);
  const second = begin();
  expect([first(), second()]).toEqual([false, true]);
});
