// Counts what each device has open; a registered device is the unit, however many sessions it has.
import { performance } from 'node:perf_hooks';
import type { Denial } from '../../protocol/proxy-status.ts';
import { closeFlow, type DeviceUse, type FlowLimits, newDeviceUse, openFlow } from '../core/limits.ts';

export type DeviceAccounts = {
  /** Takes a place for one flow, or says why there is none. */
  readonly open: (thumbprint: string) => Denial | null;
  readonly close: (thumbprint: string, aborted: boolean) => void;
};

/** Only devices in good standing are counted here, so that the table is no larger than their register. */
export function createDeviceAccounts(limits: FlowLimits): DeviceAccounts {
  const uses = new Map<string, DeviceUse>();
  let openFlows = 0;
  const useOf = (thumbprint: string) => uses.get(thumbprint) ?? newDeviceUse(performance.now());
  return {
    open: (thumbprint) => {
      const allowance = openFlow(useOf(thumbprint), openFlows, limits, performance.now());
      if (allowance.kind === 'refused') return allowance.denial;
      uses.set(thumbprint, allowance.use);
      openFlows += 1;
      return null;
    },
    close: (thumbprint, aborted) => {
      uses.set(thumbprint, closeFlow(useOf(thumbprint), aborted, performance.now()));
      openFlows -= 1;
    },
  };
}
