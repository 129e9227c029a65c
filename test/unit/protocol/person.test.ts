// The nonce of a sign-in at a device.
import { expect, test } from 'vitest';
import { personNonce } from '../../../protocol/person.ts';

test('it is SHA-256 over device and salt: another of either has another nonce', async () => {
  const nonce = await personNonce('device-a', 'salt-1');
  expect(nonce).toMatch(/^[\w-]{43}$/);
  expect(await personNonce('device-a', 'salt-1')).toBe(nonce);
  expect(await personNonce('device-b', 'salt-1')).not.toBe(nonce);
  expect(await personNonce('device-a', 'salt-2')).not.toBe(nonce);
});
