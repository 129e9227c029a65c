// Which devices may use the edge: the active ones, and every refusal has a reason of its own.
import { expect, test } from 'vitest';
import { denyDevice } from '../../../../edge/core/device-standing.ts';

test('an active device is not denied', () => {
  expect(denyDevice({ kind: 'active', name: 'WS-0417' })).toBeNull();
});

test.each([
  [{ kind: 'revoked', name: 'WS-0417' } as const, 'device-revoked'],
  [{ kind: 'unknown' } as const, 'device-unknown'],
])('%j is denied as %s', (standing, reason) => {
  expect(denyDevice(standing)).toEqual({ error: 'http_request_denied', reason });
});
