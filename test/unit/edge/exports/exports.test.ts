// Records on their way from flows to collectors, through the thread: each is counted once, whatever becomes of it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogExports, type LogExports } from '../../../../edge/exports/exports.ts';
import type { LoadedExport } from '../../../../edge/exports/load-exports.ts';
import { eventually } from '../../../support/eventually.ts';
import { exampleRecord } from '../../../support/example-records.ts';
import { closedPort, type Origin, startOrigin } from '../../../support/origins.ts';
import { parseSyslog, readFrames } from '../../../support/syslog-parser.ts';

let collector: Origin;
let received: Buffer[];
let logged: string[];
let exports: LogExports | undefined;

beforeEach(async () => {
  [received, logged] = [[], []];
  collector = await startOrigin((socket) => void socket.on('data', (bytes: Buffer) => received.push(bytes)));
});
afterEach(async () => {
  await exports?.close();
  await collector.close();
});

const syslogTo = (name: string, port: number, more: Partial<LoadedExport> = {}): LoadedExport =>
  ({
    ...{ type: 'syslog', name, records: ['traffic', 'audit'] },
    settings: { facility: 'local0', enterpriseNumber: 32_473, framing: 'octet-counted' },
    server: { host: '127.0.0.1', port, transport: 'tcp', ca: null, identity: null },
    ...more,
  }) as LoadedExport;

/** One that is dead is not waited for in the end. */
function open(...entries: LoadedExport[]): LogExports {
  const source = { edge: 'edge.contoso.test', version: '0.1.0', processId: 42 };
  const patienceMs = entries.some(({ name }) => name === 'dead') ? 0 : 5000;
  const write = (_fields: object, message: string): void => void logged.push(message);
  exports = createLogExports(
    { source, exports: entries },
    { info: write, warn: write, error: write },
    patienceMs,
  );
  return exports;
}

const entry = { at: '2026-06-01T12:00:00.000Z', who: 'uid 0', action: 'devices.add', detail: 'a' } as const;
const messages = (): ReturnType<typeof parseSyslog>[] => readFrames(Buffer.concat(received)).map(parseSyslog);

test('an end delivers what waits, in order and each once', async () => {
  const { traffic, close, figures } = open(syslogTo('siem', collector.port));
  for (let i = 0; i < 3000; i += 1) traffic(exampleRecord(i, { authority: `h${i}.test:443` }));
  await close();
  await eventually(() => messages().length).toBe(3000);
  const names = messages().map(({ elements }) => new Map(elements[2]?.params).get('destination'));
  expect(names).toEqual(Array.from({ length: 3000 }, (_, i) => `h${i}.test:443`));
  expect(figures()).toEqual([{ name: 'siem', delivered: 3000, dropped: 0, waiting: 0 }]);
  expect(logged).toEqual([]);
});

test('a burst beyond the bounds takes no time of flows, and what is lost is counted', async () => {
  const { traffic, close, figures } = open(syslogTo('siem', collector.port));
  const record = exampleRecord(1);
  for (let i = 0; i < 100_000; i += 1) traffic(record);
  const [first] = figures();
  // The main thread keeps a bounded number, whatever the collector does.
  expect(first).toEqual({ name: 'siem', delivered: 0, dropped: 80_000, waiting: 20_000 });
  await close();
  const [last] = figures();
  expect(last?.waiting).toBe(0);
  expect((last?.delivered ?? 0) + (last?.dropped ?? 0)).toBe(100_000);
  await eventually(() => messages().length).toBe(last?.delivered);
});

test('each collector gets the kinds it is for, and a dead one takes nothing from another', async () => {
  const dead = syslogTo('dead', await closedPort());
  const { traffic, audit, figures } = open(dead, syslogTo('siem', collector.port, { records: ['audit'] }));
  traffic(exampleRecord(1));
  audit(entry);
  await eventually(figures).toEqual([
    { name: 'dead', delivered: 0, dropped: 0, waiting: 2 },
    { name: 'siem', delivered: 1, dropped: 0, waiting: 0 },
  ]);
  expect(messages().map(({ messageId }) => messageId)).toEqual(['AUDIT']);
  expect(logged).toEqual(['a collector of logs takes nothing']);
});

test('without collectors there is nothing to count and nothing to wait for', async () => {
  const { traffic, audit, figures, close } = open();
  traffic(exampleRecord(1));
  audit(entry);
  expect(figures()).toEqual([]);
  await close();
});
