// What one device may use, as data: token buckets for rates, counts for what is open.
import type { Denial } from '../../protocol/proxy-status.ts';

/** Refilled at `perSecond` up to `burst`. */
export type Rate = { readonly burst: number; readonly perSecond: number };
export type TokenBucket = { readonly tokens: number; readonly atMs: number };

/** A browser that restores a session opens hundreds at once; a scan of 65,535 ports must not get far. */
export const deviceOpenRate: Rate = { burst: 20_000, perSecond: 1000 };
/** Aborted flows of one device, of all its sessions together. Node's own limit per session is alike, see h2-front.ts. */
export const deviceResetRate: Rate = { burst: 20_000, perSecond: 1000 };

export type DeviceUse = {
  readonly flows: number;
  readonly opens: TokenBucket;
  readonly resets: TokenBucket;
};

export type FlowLimits = { readonly flows: number; readonly flowsPerDevice: number };

export type FlowAllowance =
  | { readonly kind: 'allowed'; readonly use: DeviceUse }
  | { readonly kind: 'refused'; readonly denial: Denial };

export function fullBucket(rate: Rate, nowMs: number): TokenBucket {
  return { tokens: rate.burst, atMs: nowMs };
}

/** The bucket after taking one token, or null where none is left. */
export function takeToken(bucket: TokenBucket, rate: Rate, nowMs: number): TokenBucket | null {
  const tokens = refilled(bucket, rate, nowMs);
  return tokens < 1 ? null : { tokens: tokens - 1, atMs: nowMs };
}

/** 0 where one can be taken, else in how many ms. */
export function tokenWaitMs(bucket: TokenBucket, rate: Rate, nowMs: number): number {
  const missing = 1 - refilled(bucket, rate, nowMs);
  return missing <= 0 ? 0 : (missing / rate.perSecond) * 1000;
}

export function newDeviceUse(nowMs: number): DeviceUse {
  return { flows: 0, opens: fullBucket(deviceOpenRate, nowMs), resets: fullBucket(deviceResetRate, nowMs) };
}

/** Whether one more flow may open. `openFlows` counts those of all devices. */
export function openFlow(
  use: DeviceUse,
  openFlows: number,
  limits: FlowLimits,
  nowMs: number,
): FlowAllowance {
  if (openFlows >= limits.flows) return refused('flow-limit');
  if (use.flows >= limits.flowsPerDevice) return refused('device-flow-limit');
  if (refilled(use.resets, deviceResetRate, nowMs) < 1) return refused('device-reset-rate');
  const opens = takeToken(use.opens, deviceOpenRate, nowMs);
  if (opens === null) return refused('device-open-rate');
  return { kind: 'allowed', use: { ...use, flows: use.flows + 1, opens } };
}

/** @param aborted the device reset the flow, instead of ending it */
export function closeFlow(use: DeviceUse, aborted: boolean, nowMs: number): DeviceUse {
  const flows = use.flows - 1;
  if (!aborted) return { ...use, flows };
  const resets = takeToken(use.resets, deviceResetRate, nowMs) ?? { tokens: 0, atMs: nowMs };
  return { ...use, flows, resets };
}

function refilled({ tokens, atMs }: TokenBucket, { burst, perSecond }: Rate, nowMs: number): number {
  return Math.min(burst, tokens + (Math.max(0, nowMs - atMs) * perSecond) / 1000);
}

function refused(reason: string): FlowAllowance {
  return { kind: 'refused', denial: { error: 'connection_limit_reached', reason } };
}
