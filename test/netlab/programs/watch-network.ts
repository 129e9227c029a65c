// Runs the agent's network monitor in a namespace: one line per change, as `GENERATION: what differs`.
import { systemClock } from '../../../agent/clock.ts';
import { formatDelta } from '../../../agent/core/network-change.ts';
import { createNetworkMonitor } from '../../../agent/network/monitor.ts';
import { networkReader } from '../../../agent/network/read-network.ts';

const monitor = createNetworkMonitor({
  read: networkReader(systemClock),
  clock: systemClock,
  onChange: (delta, generation) => process.stdout.write(`${generation}: ${formatDelta(delta)}\n`),
});
await monitor.start();
process.stdout.write('ready\n');
// The monitor's own timers do not keep a process alive.
setInterval(() => undefined, 60_000);
