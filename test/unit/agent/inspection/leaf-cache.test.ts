import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { createLeafCache } from '../../../../agent/inspection/leaf-cache.ts';
import { createLocalAuthority } from '../../../../agent/inspection/local-authority.ts';

const hour = 60 * 60 * 1000;

test('a certificate is made once per host, renewed in time, and never outlives its authority', async () => {
  let now = Date.now();
  const [first, second] = [
    await createLocalAuthority(new Date(now)),
    await createLocalAuthority(new Date(now)),
  ];
  const { leafFor } = createLeafCache(() => now);
  const [a, b] = await Promise.all([leafFor(first, 'login.live.com'), leafFor(first, 'login.live.com')]);
  expect(b).toBe(a);
  expect(await leafFor(first, 'login.windows.net')).not.toBe(a);
  now += 11 * hour;
  expect(await leafFor(first, 'login.live.com')).toBe(a);
  now += 2 * hour;
  const renewed = await leafFor(first, 'login.live.com');
  expect(new X509Certificate(renewed.certificate).validToDate.getTime()).toBeGreaterThan(now + 23 * hour);
  // A clock that is set back: the newer one would not be valid yet.
  now -= 24 * hour;
  expect(await leafFor(first, 'login.live.com')).not.toBe(renewed);
  const other = await leafFor(second, 'login.live.com');
  expect(new X509Certificate(other.certificate).checkIssued(new X509Certificate(second.certificate))).toBe(
    true,
  );
});
