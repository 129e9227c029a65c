// Sessions of people: of one device, for a time, and not more than there is room for.
import { expect, test } from 'vitest';
import { createPersonSessions, mostPerDevice } from '../../../../edge/people/person-sessions.ts';

const person = { issuer: 'https://login.contoso.test', subject: 'megan', name: 'megan@contoso.test' };
const megan = { person, groups: ['sales'] };
const other = (change: Partial<typeof person>) => ({ person: { ...person, ...change }, groups: [] });
const sessions = (clock = { now: 1000 }) => {
  let made = 0;
  return createPersonSessions(
    () => clock.now,
    () => `session-${(made += 1)}`,
  );
};

test('a session is found by its device alone, and until it ends', () => {
  const clock = { now: 1000 };
  const all = sessions(clock);
  const bound = all.bind('device-a', megan, 2000);
  expect(bound).toEqual({ id: 'session-1', ...megan, expiresAtMs: 2000 });
  expect(all.find('device-a', 'session-1')).toEqual(bound);
  expect(all.find('device-b', 'session-1')).toBeNull();
  expect(all.find('device-a', 'session-2')).toBeNull();
  clock.now = 2000;
  expect(all.find('device-a', 'session-1')).toBeNull();
  expect(all.isBound('device-a', person)).toBe(false);
});

test('the same person again keeps the session and gets the later end; another gets another', () => {
  const all = sessions();
  all.bind('device-a', megan, 2000);
  expect(all.bind('device-a', other({ name: 'M' }), 3000)).toMatchObject({
    id: 'session-1',
    expiresAtMs: 3000,
  });
  expect(all.bind('device-a', other({ subject: 'alex' }), 3000)?.id).toBe('session-2');
  expect(all.bind('device-a', other({ issuer: 'https://x.test' }), 3000)?.id).toBe('session-3');
});

test('who is at a device is told with the groups that the last token said', () => {
  const all = sessions();
  all.bind('device-a', megan, 2000);
  expect(all.peopleAt('device-a')).toEqual([{ ...person, groups: ['sales'] }]);
  all.bind('device-a', { person, groups: [] }, 3000);
  expect(all.peopleAt('device-a')).toEqual([{ ...person, groups: [] }]);
});

test('who signs out is not known any more', () => {
  const all = sessions();
  all.bind('device-a', megan, 2000);
  all.end('device-b', 'session-1');
  expect(all.isBound('device-a', person)).toBe(true);
  all.end('device-a', 'session-1');
  expect(all.find('device-a', 'session-1')).toBeNull();
});

test('a device has room for a few people, and for others when those have ended', () => {
  const clock = { now: 1000 };
  const all = sessions(clock);
  const who = (i: number) => other({ subject: `person-${i}` });
  for (let i = 0; i < mostPerDevice; i += 1) expect(all.bind('device-a', who(i), 2000)).not.toBeNull();
  expect(all.bind('device-a', who(99), 2000)).toBeNull();
  expect(all.bind('device-b', who(99), 2000)).not.toBeNull();
  clock.now = 2000;
  expect(all.bind('device-a', who(99), 3000)).not.toBeNull();
});
