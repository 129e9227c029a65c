// Flow records: how fast a million of them answers, and what writing 2,000 a second costs on top of them.
import { performance } from 'node:perf_hooks';
import { createRecorder } from '../../edge/telemetry/recorder.ts';
import { exampleRecord } from '../support/example-records.ts';
import { rows, startFullEdge } from './full-edge.ts';
import { measureLogQueries } from './log-queries.ts';

const perSecond = 2000;
const seconds = 30;

/** The writing is measured in a store that holds a million records already: there the indexes are at their largest. */
export async function measureRecords(): Promise<string[]> {
  const edge = await startFullEdge();
  try {
    const reading = await measureLogQueries(edge);
    await edge.stop();
    return [...reading, await measureWriting(edge.recordsFile)];
  } finally {
    await edge.end();
  }
}

/** The whole process's CPU time: the recorder's thread, the copy to it, a loop that stands for the flows, and the close. */
async function measureWriting(file: string): Promise<string> {
  const faults: unknown[] = [];
  const recorder = createRecorder({
    file,
    retentionDays: 36_500,
    maxBytes: Infinity,
    onFault: (error) => faults.push(error),
  });
  const records = Array.from({ length: seconds * perSecond }, (_, i) => exampleRecord(rows + i + 1));
  // The thread has started, and the file is open.
  recorder.write(exampleRecord(rows));
  while (recorder.counts().kept === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  const cpu = process.cpuUsage();
  const from = performance.now();
  for (let i = 0; i < records.length;) {
    const due = Math.min(records.length, ((performance.now() - from) * perSecond) / 1000);
    for (; i < due; i += 1) {
      const record = records[i];
      if (record !== undefined) recorder.write(record);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const lag = recorder.lagMs();
  await recorder.close();
  const { user, system } = process.cpuUsage(cpu);
  const share = (user + system) / 10 / (performance.now() - from);
  const { dropped } = recorder.counts();
  return `records, ${perSecond} written a second: ${share.toFixed(1)} % of a core (goal 10), ${dropped} dropped, ${faults.length} faults, ${lag.toFixed(0)} ms behind`;
}
