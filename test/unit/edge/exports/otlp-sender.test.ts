// Records on their way to a collector of OpenTelemetry logs, which answers as collectors do.
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sender } from '../../../../edge/exports/exporter.ts';
import { createOtlpEncoding } from '../../../../edge/exports/otlp-encoding.ts';
import { createOtlpSender, type OtlpCollector, retryAfterMs } from '../../../../edge/exports/otlp-sender.ts';
import { exampleRecord } from '../../../support/example-records.ts';
import { type OtlpCollectorDouble, startOtlpCollector } from '../../../support/otlp-collector.ts';
import { createPki } from '../../../support/pki.ts';
import { listen } from '../../../support/relay-chain.ts';

const source = { edge: 'edge.contoso.test', version: '0.1.0', processId: 42 };
const encode = createOtlpEncoding();
const items = [
  encode({ kind: 'traffic', record: exampleRecord(1, { result: 'refused', reason: 'unknown-device' }) }),
  encode({
    kind: 'audit',
    entry: { at: '2026-06-01T12:00:00.000Z', who: 'uid 1000', action: 'devices.add', detail: 'laptop' },
  }),
];

let collector: OtlpCollectorDouble;
let sender: Sender | undefined;
beforeEach(async () => void (collector = await startOtlpCollector()));
afterEach(async () => {
  sender?.close();
  await collector.close();
});

function open(more: Partial<OtlpCollector> = {}): Sender {
  sender = createOtlpSender(source, {
    ...{ url: collector.url, compression: 'none', headers: {}, ca: null, identity: null },
    ...more,
  });
  return sender;
}

test('a collector takes flows and audit entries with all that is known of them', async () => {
  expect(await open().deliver(items)).toEqual({ kind: 'delivered', rejected: 0, reason: null });
  expect(collector.faults).toEqual([]);
  const [flow, audit] = collector.records;
  const { traceparent, peerAddress, device } = exampleRecord(1);
  expect(flow).toMatchObject({
    ...{ eventName: 'opengsa.traffic', severityText: 'WARN', severityNumber: 13, flags: 1 },
    traceId: traceparent?.slice(3, 35),
    spanId: traceparent?.slice(36, 52),
    attributes: expect.arrayContaining([
      { key: 'client.address', value: { stringValue: peerAddress } },
      { key: 'opengsa.device.name', value: { stringValue: device.name } },
      { key: 'opengsa.reason', value: { stringValue: 'unknown-device' } },
    ]) as unknown,
  });
  expect(audit).toMatchObject({
    ...{ eventName: 'opengsa.audit', body: { stringValue: 'uid 1000: devices.add: laptop' } },
    timeUnixNano: '1780315200000000000',
  });
  expect(collector.resources).toEqual([
    {
      attributes: [
        { key: 'service.name', value: { stringValue: 'opengsa-edge' } },
        { key: 'service.version', value: { stringValue: '0.1.0' } },
        { key: 'service.instance.id', value: { stringValue: 'edge.contoso.test' } },
        { key: 'process.pid', value: { intValue: '42' } },
      ],
    },
  ]);
});

test('compressed, and with a secret header, over TLS of a configured authority', async () => {
  const pki = createPki();
  const secure = await startOtlpCollector({ key: pki.edge.key, cert: pki.edge.cert });
  const to = { url: secure.url, compression: 'gzip', headers: { Authorization: 'Bearer t' } } as const;
  try {
    expect(await open({ ...to, ca: pki.ca.cert }).deliver(items)).toMatchObject({ kind: 'delivered' });
    expect(secure.requests[0]?.headers).toMatchObject({
      ...{ authorization: 'Bearer t', 'content-encoding': 'gzip' },
    });
    expect(secure.records).toHaveLength(2);
    sender?.close();
    expect(await open({ ...to, ca: pki.rogue.cert }).deliver(items)).toMatchObject({ kind: 'failed' });
    expect(secure.requests).toHaveLength(1);
  } finally {
    await secure.close();
  }
});

describe('what a collector answers:', () => {
  test.each([429, 502, 503, 504])('%i is tried again, when it says', async (status) => {
    collector.answers.push({ status, headers: { 'retry-after': '7' } });
    expect(await open().deliver(items)).toEqual({
      ...{ kind: 'failed', afterMs: 7000 },
      reason: `the collector answers ${status}`,
    });
  });

  test.each([400, 401, 404, 413, 500, 301])('%i is final', async (status) => {
    collector.answers.push({ status, headers: { location: 'http://localhost:1/' } });
    const reason = `the collector answers ${status}`;
    expect(await open().deliver(items)).toEqual({ kind: 'refused', reason });
  });

  test('of some records that it does not take them', async () => {
    const partialSuccess = { rejectedLogRecords: '1', errorMessage: 'too old' };
    collector.answers.push({ status: 200, body: { partialSuccess } });
    expect(await open().deliver(items)).toEqual({ kind: 'delivered', rejected: 1, reason: 'too old' });
  });

  test('nothing that could be read, with success', async () => {
    collector.answers.push({ status: 200 });
    expect(await open().deliver(items)).toMatchObject({ kind: 'delivered', rejected: 0 });
  });

  test('more than it needs to', async () => {
    collector.answers.push({ status: 200, body: 'x'.repeat(100_000) });
    expect(await open().deliver(items)).toMatchObject({
      ...{ kind: 'failed', reason: 'the answer of the collector is too long' },
    });
  });
});

test('a collector that is not there, or breaks off, is tried again', async () => {
  const rude: Server = createServer((socket) => socket.destroy());
  const port = await listen(rude);
  const url = `http://localhost:${port}/v1/logs`;
  expect(await open({ url }).deliver(items)).toMatchObject({ kind: 'failed' });
  await new Promise((done) => rude.close(done));
  expect(await open({ url }).deliver(items)).toMatchObject({
    ...{ kind: 'failed', reason: expect.stringContaining('ECONNREFUSED') as string },
  });
});

test.each([
  [undefined, 0],
  ['0', 0],
  ['120', 120_000],
  ['Mon, 01 Jun 2026 12:00:30 GMT', 30_000],
  ['Mon, 01 Jun 2026 11:00:00 GMT', 0],
  ['soon', 0],
])('Retry-After %s', (text, wait) => {
  expect(retryAfterMs(text, Date.parse('2026-06-01T12:00:00Z'))).toBe(wait);
});
