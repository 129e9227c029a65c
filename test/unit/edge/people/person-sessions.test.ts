// Sessions of people: of one device, for a time, and not more than there is room for.
import { expect, test } from 'vitest';
import { createPersonSessions, mostPerDevice } from '../../../../edge/people/person-sessions.ts';

const megan = { issuer: 'https://login.contoso.test', subject: 'megan', name: 'megan@contoso.test' };
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
  expect(bound).toEqual({ id: 'session-1', person: megan, expiresAtMs: 2000 });
  expect(all.find('device-a', 'session-1')).toEqual(bound);
  expect(all.find('device-b', 'session-1')).toBeNull();
  expect(all.find('device-a', 'session-2')).toBeNull();
  clock.now = 2000;
  expect(all.find('device-a', 'session-1')).toBeNull();
  expect(all.isBound('device-a', megan)).toBe(false);
});

test('the same person again keeps the session and gets the later end; another gets another', () => {
  const all = sessions();
  all.bind('device-a', megan, 2000);
  expect(all.bind('device-a', { ...megan, name: 'M' }, 3000)).toMatchObject({
    id: 'session-1',
    expiresAtMs: 3000,
  });
  expect(all.bind('device-a', { ...megan, subject: 'alex' }, 3000)?.id).toBe('session-2');
  expect(all.bind('device-a', { ...megan, issuer: 'https://x.test' }, 3000)?.id).toBe('session-3');
});

test('who signs out is not known any more', () => {
  const all = sessions();
  all.bind('device-a', megan, 2000);
  all.end('device-b', 'session-1');
  expect(all.isBound('device-a', megan)).toBe(true);
  all.end('device-a', 'session-1');
  expect(all.find('device-a', 'session-1')).toBeNull();
});

test('a device has room for a few people, and for others when those have ended', () => {
  const clock = { now: 1000 };
  const all = sessions(clock);
  const person = (i: number) => ({ ...megan, subject: `person-${i}` });
  for (let i = 0; i < mostPerDevice; i += 1) expect(all.bind('device-a', person(i), 2000)).not.toBeNull();
  expect(all.bind('device-a', person(99), 2000)).toBeNull();
  expect(all.bind('device-b', person(99), 2000)).not.toBeNull();
  clock.now = 2000;
  expect(all.bind('device-a', person(99), 3000)).not.toBeNull();
});
