// Which devices may use the edge at this moment: the active ones, and every refusal has a reason of its own.
import { expect, test } from 'vitest';
import { denyDevice, standingOf } from '../../../../edge/core/device-standing.ts';

const device = { name: 'WS-0417', expiresAt: '2026-06-01T12:00:00.000Z', revokedAt: null };
const end = Date.parse(device.expiresAt);

test('an active device is not denied, until its certificate ends', () => {
  expect(denyDevice(standingOf(device, end - 1))).toBeNull();
});

test.each([
  ['whose certificate has ended, whatever session it has', device, 'device-expired'],
  ['that is revoked', { ...device, revokedAt: '2026-05-01T00:00:00.000Z' }, 'device-revoked'],
  ['that is not registered', null, 'device-unknown'],
])('a device %s is denied', (_, registered, reason) => {
  expect(denyDevice(standingOf(registered, end))).toEqual({ error: 'http_request_denied', reason });
});
