// Transparent capture that cannot be had on this machine, beside proxies that go on: nothing is taken, and people see why.
import type { CaptureObstacle } from './core/capture-obstacle.ts';
import type { TransparentCapture } from './transparent-capture.ts';

/** Takes no flow and has nothing to end. */
export function preventedCapture(obstacle: CaptureObstacle): TransparentCapture {
  const obstacles = [obstacle];
  return {
    shown: () => ({
      ...{ state: 'failed', obstacles, names: 0, subnets: { ipv4: 0, ipv6: 0 } },
      ...{ nameservers: [], notCaptured: [] },
    }),
    facts: () => ({ state: 'failed', obstacles, ipv6Subnets: 0, capturedName: null }),
    acquiredAddresses: () => null,
    listeners: () => [],
    changed: () => undefined,
    networkChanged: () => undefined,
    drain: () => Promise.resolve(),
  };
}
