// What a window says in one glance, for each kind of link and in both languages.
import { describe, expect, test } from 'vitest';
import { windowWords } from '../../../../app/shared/window-words.ts';
import { exampleStatus } from '../../../support/example-status.ts';

const since = '2026-11-21T09:40:00.000Z';
const timeOf = (iso: string): string => iso.slice(11, 16);

test('while the agent is there, its own words', () => {
  const status = exampleStatus();
  const words = windowWords({ link: { kind: 'live' }, status }, 'en', timeOf);
  expect(words).toEqual({
    ...{ shield: status.shield, title: status.title, sentence: status.sentence },
    ...{ cause: status.cause, remedy: status.remedy },
  });
});

describe.each(['en', 'de'] as const)('in %s', (language) => {
  test.each([
    ['absent', { kind: 'absent', since }],
    ['denied', { kind: 'denied', since, cause: 'You are not in the group opengsa.' }],
    ['refused', { kind: 'refused', since, cause: 'version 2 was expected' }],
  ] as const)('%s: an older status is not shown, cause and remedy are', (_, link) => {
    const old = { ...exampleStatus(), sentence: 'login.contoso.test will see your address, 203.0.113.7.' };
    const words = windowWords({ link, status: old }, language, timeOf);
    expect(words.shield).toBe('error');
    expect(JSON.stringify(words)).not.toContain('203.0.113.7');
    expect(words.cause).toMatch(/\S/);
    expect(words.remedy).toMatch(/\.$/);
  });

  test('before the first answer it claims nothing', () => {
    const words = windowWords({ link: { kind: 'starting' }, status: null }, language, timeOf);
    expect(words).toMatchObject({ shield: 'busy', cause: null, remedy: null });
  });
});

test('how long nobody has answered is said in a time of day', () => {
  const words = windowWords({ link: { kind: 'absent', since }, status: null }, 'en', timeOf);
  expect(words.cause).toBe('No answer on its socket since 09:40.');
});
