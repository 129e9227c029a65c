// Flow records: what writing 2,000 a second costs, and how fast a million of them answers.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { RecordFilter, RecordStore } from '../../edge/store/record-store.ts';
import { openRecordStore } from '../../edge/store/sqlite/records.ts';
import type { FlowLogRecord } from '../../edge/telemetry/flow-log.ts';
import { createRecorder } from '../../edge/telemetry/recorder.ts';
import { exampleRecord, exampleStart } from '../support/example-records.ts';

const rows = 1_000_000;
const batch = 20_000;
const perSecond = 2000;
const seconds = 10;
const pageSize = 50;

/** The writing is measured in a store that holds a million records already: there the indexes are at their largest. */
export async function measureRecords(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'opengsa-bench-'));
  try {
    const file = join(folder, 'records.db');
    const store = openRecordStore(file);
    // Many at a time: this part is not measured.
    for (let first = 0; first < rows; first += batch) store.add(examples(first));
    const reading = measureQueries(store);
    store.close();
    return [...reading, await measureWriting(file)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function examples(first: number, change: Partial<FlowLogRecord> = {}): FlowLogRecord[] {
  return Array.from({ length: batch }, (_, i) => exampleRecord(first + i, change));
}

const filters: Readonly<Record<string, (i: number) => RecordFilter>> = {
  'no filter': () => ({}),
  'an hour': (i) => ({ from: exampleStart + i * 1000, to: exampleStart + i * 1000 + 3_600_000 }),
  device: (i) => ({ deviceName: `laptop-${(i * 7) % 10_000}` }),
  destination: (i) => ({ host: `login-${i % 50}.contoso.test` }),
  refused: () => ({ action: 'block' }),
  class: () => ({ class: 'forwarded' }),
  reason: () => ({ reason: 'destination-not-allowed' }),
  trace: (i) => ({ trace: exampleRecord(i * 9973).traceparent?.slice(3, 35) ?? '' }),
  address: (i) => ({ address: `203.0.${113 + (i % 3)}.${i % 250}` }),
  'device and refused': (i) => ({ deviceName: `laptop-${(i * 7) % 10_000}`, action: 'block' }),
  'destination and refused': (i) => ({ host: `app-${i % 50}.contoso.test`, action: 'block' }),
  'address and class': (i) => ({ address: `203.0.${113 + (i % 3)}.${i % 250}`, class: 'proxy-v2' }),
};

/** The first page and the one after it, for each filter a hundred times. */
function measureQueries(store: RecordStore): string[] {
  const all: number[] = [];
  const lines = Object.entries(filters).map(([name, filter]) => {
    const times: number[] = [];
    for (let i = 0; i < 100; i += 1) {
      let after: string | null = null;
      for (let page = 0; page < 2; page += 1) {
        const from = performance.now();
        const { next } = store.query({ filter: filter(i), limit: pageSize, after });
        times.push(performance.now() - from);
        if (next === null) break;
        after = next;
      }
    }
    all.push(...times);
    return `records, ${name}: p95 ${p95(times).toFixed(1)} ms`;
  });
  return [...lines, `records, every filter over ${rows} rows: p95 ${p95(all).toFixed(1)} ms (goal 100)`];
}

async function measureWriting(file: string): Promise<string> {
  const faults: unknown[] = [];
  const recorder = createRecorder({
    file,
    retentionDays: 36_500,
    maxBytes: Infinity,
    onFault: (error) => faults.push(error),
  });
  await recorder.query({ filter: {}, limit: 1, after: null });
  const records = Array.from({ length: seconds * perSecond }, (_, i) => exampleRecord(rows + i));
  const cpu = process.cpuUsage();
  const from = performance.now();
  for (let i = 0; i < records.length;) {
    const due = Math.min(records.length, ((performance.now() - from) * perSecond) / 1000);
    for (; i < due; i += 1) {
      const record = records[i];
      if (record !== undefined) recorder.write(record);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const lag = recorder.lagMs();
  await recorder.close();
  const { user, system } = process.cpuUsage(cpu);
  const share = (user + system) / 10 / (performance.now() - from);
  const { dropped } = recorder.counts();
  return `records, ${perSecond} written a second: ${share.toFixed(1)} % of a core (goal 10), ${dropped} dropped, ${faults.length} faults, ${lag.toFixed(0)} ms behind`;
}

function p95(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;
}
