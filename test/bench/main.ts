// Prints the figures that the project holds itself to, measured on this machine: `npm run bench [-- NAME…]`.
import { once } from 'node:events';
import { measureCapture } from './capture.ts';
import { measureAttribution } from './attribution.ts';
import { measureDetection } from './detection.ts';
import { measureEnrollment } from './enrollment.ts';
import { residentMiB, startBenchRig } from './bench-rig.ts';
import { measureFirstByte } from './first-byte.ts';
import { formatMatcherFigures, measureMatcher } from './matcher.ts';
import { measureRecords } from './records.ts';
import { measureThroughput } from './throughput.ts';

/** An idle agent is looked at after its start has settled. */
const settleMs = 10_000;

const benches: Record<string, () => string[] | Promise<string[]>> = {
  matcher: () => [formatMatcherFigures(measureMatcher())],
  attribution: measureAttribution,
  records: measureRecords,
  enrollment: measureEnrollment,
  throughput: () => withRig(measureThroughput),
  start: () =>
    withRig(async (rig) => {
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      return [
        `agent, start to first tunnelled byte: ${(rig.firstByteAfterMs / 1000).toFixed(2)} s (goal 1.5)`,
        `agent, idle: ${residentMiB(rig.agent.pid).toFixed(0)} MiB resident (goal 140 MB)`,
        `edge, idle: ${residentMiB(rig.edge.pid).toFixed(0)} MiB resident`,
      ];
    }),
  /** Need root: they make network namespaces. */
  'first-byte': measureFirstByte,
  detection: measureDetection,
  capture: measureCapture,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => benches[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}
for (const [name, run] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const line of await run()) process.stdout.write(`${line}\n`);
}
if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');

async function withRig(
  measure: (rig: Awaited<ReturnType<typeof startBenchRig>>) => Promise<string[]>,
): Promise<string[]> {
  const rig = await startBenchRig();
  try {
    return await measure(rig);
  } finally {
    await rig.end();
  }
}
