// The thread that formats records and sends them to collectors: none of it takes time from a flow.
import { isDeepStrictEqual } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { ExportPlan, FromExportThread, ToExportThread } from './export-messages.ts';
import type { ExportedRecord } from './exported-record.ts';
import { createExporter, type ExportCounts, type Exporter } from './exporter.ts';
import type { LoadedExport } from './load-exports.ts';
import { createOtlpEncoding } from './otlp-encoding.ts';
import { createOtlpSender } from './otlp-sender.ts';
import { createSyslogEncoding } from './syslog-encoding.ts';
import { createSyslogSender } from './syslog-sender.ts';

const { source, exports } = workerData as ExportPlan;
const countsEveryMs = 500;

const exporters = exports.map((entry) => ({ records: entry.records, exporter: open(entry) }));
let told: readonly ExportCounts[] = [];
const telling = setInterval(tellCounts, countsEveryMs);

parentPort?.on('message', (message: ToExportThread) => {
  if (message.type === 'records') take(JSON.parse(message.records) as ExportedRecord[]);
  else void close(message.patienceMs);
});

function open(entry: LoadedExport): Exporter {
  return createExporter({
    ...(entry.type === 'syslog'
      ? {
          encode: createSyslogEncoding(source, entry.settings),
          sender: createSyslogSender(entry.server),
        }
      : {
          encode: createOtlpEncoding(),
          sender: createOtlpSender(source, entry.collector),
        }),
    onChange: (change) => say({ type: 'change', name: entry.name, change }),
    random: Math.random,
  });
}

function take(records: readonly ExportedRecord[]): void {
  for (const record of records) {
    for (const { records: wanted, exporter } of exporters) {
      if (wanted.includes(record.kind)) exporter.add(record);
    }
  }
  say({ type: 'taken' });
}

async function close(patienceMs: number): Promise<void> {
  clearInterval(telling);
  await Promise.all(exporters.map(({ exporter }) => exporter.close(patienceMs)));
  tellCounts();
  parentPort?.close();
}

function tellCounts(): void {
  const counts = exporters.map(({ exporter }) => exporter.counts());
  if (isDeepStrictEqual(counts, told)) return;
  told = counts;
  say({ type: 'counts', counts });
}

function say(message: FromExportThread): void {
  parentPort?.postMessage(message);
}
