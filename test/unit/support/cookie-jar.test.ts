// The jar of the scripted person: what a provider's path-scoped, short-lived cookies need.
import { expect, test } from 'vitest';
import { newCookieJar } from '../../support/cookie-jar.ts';

const page = new URL('https://login.contoso.test/sign-in/abc');

test('sends a cookie only below its path, on whole segments', () => {
  const jar = newCookieJar(() => 0);
  jar.store(page, ['a=1; path=/sign-in/abc; secure; httponly; samesite=lax']);
  expect(jar.header(page)).toBe('a=1');
  expect(jar.header(new URL('https://login.contoso.test/sign-in/abc/next'))).toBe('a=1');
  expect(jar.header(new URL('https://login.contoso.test/sign-in/abcd'))).toBeNull();
  expect(jar.header(new URL('https://login.contoso.test/'))).toBeNull();
});

test('sends nothing to another host, and secure cookies only over TLS', () => {
  const jar = newCookieJar(() => 0);
  jar.store(page, ['a=1; path=/; secure']);
  expect(jar.header(new URL('https://other.test/'))).toBeNull();
  expect(jar.header(new URL('http://login.contoso.test/'))).toBeNull();
});

test('forgets a cookie at its expiry and when the provider clears it', () => {
  let now = 0;
  const jar = newCookieJar(() => now);
  jar.store(page, [
    'short=1; path=/; max-age=10',
    'dated=2; path=/; expires=Thu, 01 Jan 1970 00:00:20 GMT',
    'kept=3; path=/',
  ]);
  expect(jar.header(page)).toBe('short=1; dated=2; kept=3');
  now = 11_000;
  expect(jar.header(page)).toBe('dated=2; kept=3');
  now = 21_000;
  expect(jar.header(page)).toBe('kept=3');
  jar.store(page, ['kept=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT']);
  expect(jar.header(page)).toBeNull();
});

test('puts the cookie with the longer path first', () => {
  const jar = newCookieJar(() => 0);
  jar.store(page, ['a=root; path=/', 'a=deep; path=/sign-in']);
  expect(jar.header(page)).toBe('a=deep; a=root');
});
