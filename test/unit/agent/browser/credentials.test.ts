// Codes are good once and for a minute; whoever guesses tokens finds that the right one is another.
import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { type Credentials, createCredentials } from '../../../../agent/browser/credentials.ts';
import { type ManualClock, manualClock } from '../../../support/manual-clock.ts';

let clock: ManualClock;
let renewals: number;
let credentials: Credentials;
beforeEach(() => {
  clock = manualClock();
  renewals = 0;
  credentials = createCredentials({ clock, randomBytes, renewed: () => (renewals += 1) });
});

test('a code is exchanged once', () => {
  const code = credentials.makeCode();
  const token = credentials.exchange(code) ?? '';
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(credentials.exchange(code)).toBeNull();
  expect(credentials.accepts(token)).toBe(true);
});

test('a code lives for 60 seconds, and no longer than until the next', () => {
  const first = credentials.makeCode();
  const second = credentials.makeCode();
  expect(credentials.exchange(first)).toBeNull();
  clock.advance(60_000);
  expect(credentials.exchange(second)).toBeNull();
});

test('five different wrong codes void the right one, and let no page out', () => {
  const token = credentials.exchange(credentials.makeCode()) ?? '';
  const code = credentials.makeCode();
  for (let i = 0; i < 5; i += 1) expect(credentials.exchange(`wrong ${i}`)).toBeNull();
  expect(credentials.exchange(code)).toBeNull();
  expect(credentials.accepts(token)).toBe(true);
});

test('five different wrong tokens make the right one another', () => {
  const token = credentials.exchange(credentials.makeCode()) ?? '';
  for (let i = 0; i < 4; i += 1) expect(credentials.accepts(`wrong ${i}`)).toBe(false);
  expect([credentials.accepts(token), renewals]).toEqual([true, 0]);
  expect(credentials.accepts('wrong 4')).toBe(false);
  expect([credentials.accepts(token), renewals]).toEqual([false, 1]);
});

test('a page that shows an old token again and again ends nobody', () => {
  const token = credentials.exchange(credentials.makeCode()) ?? '';
  for (let i = 0; i < 20; i += 1) expect(credentials.accepts('of an earlier start')).toBe(false);
  expect(credentials.accepts(token)).toBe(true);
});
