// Runs the agent's network monitor in a namespace: one line per change, as `GENERATION at MS: what differs`. Its argument
// names the platform whose source is used, this machine's otherwise.
import { systemClock } from '../../../agent/clock.ts';
import { formatDelta } from '../../../agent/core/network-change.ts';
import { createNetworkMonitor } from '../../../agent/network/monitor.ts';
import { networkSource } from '../../../agent/network/network-source.ts';

const platform = (process.argv[2] ?? process.platform) as NodeJS.Platform;
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const monitor = createNetworkMonitor({
  source: networkSource(platform, {
    clock: systemClock,
    random: Math.random,
    onFault: (reason) => say(`fault: ${reason}`),
  }),
  clock: systemClock,
  onChange: (delta, generation) => say(`${generation} at ${Date.now()}: ${formatDelta(delta)}`),
});
await monitor.start();
say('ready');
// The monitor's own timers do not keep a process alive.
const alive = setInterval(() => undefined, 60_000);
process.once('SIGTERM', () => {
  void monitor.stop().then(() => clearInterval(alive));
});
