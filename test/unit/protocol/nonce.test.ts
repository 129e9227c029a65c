// The nonces that bind a sign-in to a device, and to the key and the edge that it enrols with.
import { expect, test } from 'vitest';
import { enrollmentNonce, personNonce } from '../../../protocol/nonce.ts';

test('of a person: another device or salt has another nonce', async () => {
  const nonce = await personNonce('device-a', 'salt-1');
  expect(nonce).toMatch(/^[\w-]{43}$/);
  expect(await personNonce('device-a', 'salt-1')).toBe(nonce);
  expect(await personNonce('device-b', 'salt-1')).not.toBe(nonce);
  expect(await personNonce('device-a', 'salt-2')).not.toBe(nonce);
});

test('of an enrolment: another edge, key or salt has another nonce, and none is one of a person', async () => {
  const binding = { authority: 'edge-a', key: 'key-a', salt: 'salt-1' };
  const nonce = await enrollmentNonce(binding);
  expect(nonce).toMatch(/^[\w-]{43}$/);
  expect(await enrollmentNonce({ ...binding })).toBe(nonce);
  const others = [
    enrollmentNonce({ ...binding, authority: 'edge-b' }),
    enrollmentNonce({ ...binding, key: 'key-b' }),
    enrollmentNonce({ ...binding, salt: 'salt-2' }),
    personNonce('key-a', 'salt-1'),
  ];
  expect(await Promise.all(others)).not.toContain(nonce);
});
