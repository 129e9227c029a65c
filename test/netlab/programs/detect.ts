// How long the witness alone takes to prove the address after a change of network: `detect.ts DEVICE RANGE TIMES`
// prints the milliseconds of each change as JSON.
import { systemClock as clock } from '../../../agent/clock.ts';
import { parseAgentConfig } from '../../../agent/config.ts';
import { createDetector } from '../../../agent/edge-side.ts';
import { systemRandom } from '../../../agent/random.ts';
import { readCredentials } from '../../../agent/tunnel/credentials.ts';
import { parsePrefix } from '../../../protocol/address.ts';

const [device = '', range = '', times = ''] = process.argv.slice(2);
const prefix = parsePrefix(range);
let proved = (): void => undefined;
const detector = createDetector({
  credentials: readCredentials(device),
  config: parseAgentConfig({}, 'defaults'),
  clock,
  random: systemRandom,
  changed: () => {
    if (detector.status().ipv4.state === 'confirmed') proved();
  },
  addressChanged: () => undefined,
});
detector.setSourceRanges(prefix === null ? [] : [prefix]);
detector.start();
// The timers of the detector keep no process alive.
const alive = setInterval(() => undefined, 1000);
const samples: number[] = [];
// The first also loads what later ones have; it is not counted.
for (let generation = 1; generation <= Number(times) + 1; generation++) {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const startedAt = performance.now();
  proved = () => resolve(undefined);
  detector.networkChanged(generation);
  await promise;
  if (generation > 1) samples.push(performance.now() - startedAt);
}
detector.stop();
clearInterval(alive);
process.stdout.write(`${JSON.stringify(samples)}\n`);
