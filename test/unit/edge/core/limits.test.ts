// What a device may have open, and how fast.
import { expect, test } from 'vitest';
import {
  closeFlow,
  deviceOpenRate,
  deviceResetRate,
  type DeviceUse,
  newDeviceUse,
  openFlow,
  takeToken,
} from '../../../../edge/core/limits.ts';

const limits = { flows: 10, flowsPerDevice: 2 };

test('a bucket gives its burst, then its rate', () => {
  const rate = { burst: 2, perSecond: 10 };
  const one = takeToken({ tokens: 2, atMs: 0 }, rate, 0)!;
  const two = takeToken(one, rate, 0)!;
  expect(takeToken(two, rate, 99)).toBeNull();
  expect(takeToken(two, rate, 100)).toEqual({ tokens: 0, atMs: 100 });
  expect(takeToken(two, rate, 100_000)).toEqual({ tokens: 1, atMs: 100_000 });
});

test('a clock that steps back gives nothing for free', () => {
  expect(takeToken({ tokens: 0, atMs: 1000 }, { burst: 2, perSecond: 10 }, 0)).toBeNull();
});

test('the third flow of a device with a limit of two is refused, and may open after one has closed', () => {
  const one = allowed(newDeviceUse(0));
  const two = allowed(one);
  expect(openFlow(two, 2, limits, 0)).toMatchObject({ denial: { reason: 'device-flow-limit' } });
  expect(openFlow(closeFlow(two, false, 0), 1, limits, 0).kind).toBe('allowed');
});

test("the edge's own ceiling holds for a device that has nothing open", () => {
  expect(openFlow(newDeviceUse(0), 10, limits, 0)).toMatchObject({
    denial: { error: 'connection_limit_reached', reason: 'flow-limit' },
  });
});

test('too many openings, and too many aborts, are refused by name until time has passed', () => {
  let use = newDeviceUse(0);
  for (let i = 0; i < deviceOpenRate.burst; i++) use = closeFlow(allowed(use), false, 0);
  expect(openFlow(use, 0, limits, 0)).toMatchObject({ denial: { reason: 'device-open-rate' } });
  expect(openFlow(use, 0, limits, 10).kind).toBe('allowed');

  let aborting: DeviceUse = newDeviceUse(0);
  for (let i = 0; i < deviceResetRate.burst; i++) aborting = closeFlow({ ...aborting, flows: 1 }, true, 0);
  expect(openFlow(aborting, 0, limits, 0)).toMatchObject({ denial: { reason: 'device-reset-rate' } });
});

function allowed(use: DeviceUse): DeviceUse {
  const allowance = openFlow(use, use.flows, limits, 0);
  if (allowance.kind === 'refused') throw new Error(allowance.denial.reason);
  return allowance.use;
}

test('aborts beyond the burst put off the next flow until a whole one is allowed again', () => {
  let use: DeviceUse = newDeviceUse(0);
  for (let i = 0; i <= deviceResetRate.burst; i++) use = closeFlow({ ...use, flows: 1 }, true, 0);
  const next = 1000 / deviceResetRate.perSecond;
  expect(openFlow(use, 0, limits, next - 1)).toMatchObject({ denial: { reason: 'device-reset-rate' } });
  expect(openFlow(use, 0, limits, next).kind).toBe('allowed');
});
